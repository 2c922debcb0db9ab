import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/programs.ts';
import { dig } from './dig.ts';
import { type Authority, startAuthority, testResolver } from './resolver.ts';
import { type Resolver, startUnbound, stubZone } from './unbound.ts';

describeWith(['unbound', 'dig'], 'unbound as a resolver in front, with every check turned on', () => {
  let authority: Authority;
  let resolver: Resolver;
  beforeAll(async () => {
    authority = await startAuthority();
    const sections = [stubZone('example.com', authority.tap.port)];
    resolver = await startUnbound({ server: ['module-config: "iterator"'], sections });
  });
  afterAll(async () => {
    await resolver?.[Symbol.asyncDispose]();
    await authority?.[Symbol.asyncDispose]();
  });

  testResolver(() => ({ resolver, authority }));

  test('its 0x20 bits come back as they were sent', async () => {
    const dug = await dig(resolver, 'upperandlowercaseareequal.wild.example.com');
    expect(dug, dug.text).toMatchObject({ status: 'NOERROR' });
    const asked = authority.tap.of('upperandlowercaseareequal.wild.example.com').map(({ question }) => question);
    expect(asked.join()).toMatch(/[A-Z].*[A-Z].* IN/);
    expect(asked.join()).toMatch(/[a-z].*[a-z].* IN/);
  });

  test('its minimised names get answers that lead on', async () => {
    const dug = await dig(resolver, 'a.b.c.d.wild.example.com');
    expect(dug, dug.text).toMatchObject({ status: 'NOERROR' });
    // Strict: had one of the names between been denied, it would have given up there.
    expect(authority.tap.of('d.wild.example.com')).not.toEqual([]);
    expect(authority.tap.of('a.b.c.d.wild.example.com')).not.toEqual([]);
  });
});

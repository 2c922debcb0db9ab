import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/programs.ts';
import { startNamed } from './named.ts';
import { type Authority, startAuthority, testResolver } from './resolver.ts';
import type { Resolver } from './unbound.ts';

const BADCOOKIE = 23; // RFC 7873 section 8
const COOKIE = 10;

describeWith(['named', 'dig'], 'named as a resolver in front', () => {
  let authority: Authority;
  let resolver: Resolver;
  beforeAll(async () => {
    // named brings a cookie of its own, is told BADCOOKIE, and has to come again with ours.
    authority = await startAuthority({ cookies: { required: true } });
    // static-stub: it asks this server as an authority, without recursion, whatever the NS records say.
    const clauses = [`zone "example.com" { type static-stub; server-addresses { 127.0.0.1; }; };`];
    resolver = await startNamed({ serversPort: authority.tap.port, clauses });
  });
  afterAll(async () => {
    await resolver?.[Symbol.asyncDispose]();
    await authority?.[Symbol.asyncDispose]();
  });

  testResolver(() => ({ resolver, authority }));

  test('it was told so at first, and has had a cookie since', () => {
    const bad = authority.tap.seen.filter(({ rcode }) => rcode === BADCOOKIE);
    expect(bad.length).toBeGreaterThan(0);
    expect(bad.length).toBeLessThan(4); // some questions may have been on their way at once
    const cookies = authority.tap.seen.flatMap(({ opt }) => (opt?.options ?? []).filter(([code]) => code === COOKIE));
    expect(cookies.length).toBeGreaterThan(10);
  });
});

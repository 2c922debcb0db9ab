import { expect, test } from 'vitest';
import { dig } from './dig.ts';
import { withoutTtl } from './resolver.ts';
import type { Resolver } from './unbound.ts';

/** From the root hints down, by nothing but referrals. */
export function testFromTheTop(resolver: () => Resolver): void {
  test.each<[args: string, status: string, answer: readonly string[]]>([
    ['www.shop.test', 'NOERROR', ['www.shop.test. A 192.0.2.1']],
    ['shop.test', 'NOERROR', ['shop.test. A 192.0.2.1']],
    ['mail.shop.test', 'NOERROR', ['mail.shop.test. A 192.0.2.25']],
    ['alias.shop.test', 'NOERROR', ['alias.shop.test. CNAME www.shop.test.', 'www.shop.test. A 192.0.2.1']],
    ['mail.shop.test MX', 'NOERROR', []],
    ['nobody.shop.test', 'NXDOMAIN', []],
    ['nobody.test', 'NXDOMAIN', []],
    ['elsewhere', 'NXDOMAIN', []],
  ])('%s: %s %s', async (args, status, answer) => {
    const dug = await dig(resolver(), args);
    expect(dug, dug.text).toMatchObject({ status, flags: 'qr rd ra', complaints: [] });
    expect(dug.answer.map(withoutTtl)).toEqual(answer);
  });
}

import { describe, expect, test } from 'vitest';
import { ClientAddress } from '../../../../src/dataplane/answering/client.ts';
import { COOKIE, Cookies } from '../../../../src/dataplane/answering/cookies.ts';
import { decodeOpt } from '../../../../src/dns/edns.ts';
import { DECODED, Query } from '../../../../src/dns/query.ts';
import { parseAddress } from '../../../../src/net/address.ts';

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));

function clientAt(text: string): ClientAddress {
  const client = new ClientAddress();
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  client.setAddress(address);
  return client;
}

/** A query with such a COOKIE option and nothing else: its OPT as it comes in a message, from the record's type on. */
function queryWith(cookie: string): Query {
  const data = hex(cookie);
  const opt = Uint8Array.from([0, 41, 4, 208, 0, 0, 0, 0, 0, data.length + 4, 0, 10, 0, data.length, ...data]);
  const query = new Query();
  expect(decodeOpt(opt, 0, opt.length, query)).toBe(DECODED.OK);
  return query;
}

/** The server's answer to a cookie, and what it makes of it. */
function exchange(cookies: Cookies, sent: string, from: string, nowSeconds: number) {
  const query = queryWith(sent);
  const client = clientAt(from);
  const verdict = cookies.check(query, client, nowSeconds);
  const out = new Uint8Array(24);
  cookies.write(out, 0, query, client, nowSeconds);
  return { verdict, answer: Buffer.from(out).toString('hex') };
}

const secret = 'e5e973e5a6b2a43f48e7dc849e37bfcf';
const server = (...secrets: string[]) => new Cookies({ secrets: secrets.map(hex), isRequired: false });
const clientPart = '2464c4abcf10c957';
const serverPart = '010000005cf79f111f8130c3eee29480';
const madeAt = 1559731985;

describe('RFC 9018 appendix A', () => {
  test('A.1: a client without a server cookie learns one', () => {
    const { verdict, answer } = exchange(server(secret), clientPart, '198.51.100.100', madeAt);
    expect(verdict).toBe(COOKIE.UNPROVEN);
    expect(answer).toBe(clientPart + serverPart);
  });

  test('A.2: the cookie is good later, and given back as it is', () => {
    const { verdict, answer } = exchange(server(secret), clientPart + serverPart, '198.51.100.100', madeAt + 900);
    expect(verdict).toBe(COOKIE.GOOD);
    expect(answer).toBe(clientPart + serverPart);
  });

  test('section 4.3: after half an hour it is good, and renewed', () => {
    const now = madeAt + 2400;
    const { verdict, answer } = exchange(server(secret), clientPart + serverPart, '198.51.100.100', now);
    expect(verdict).toBe(COOKIE.GOOD);
    expect(answer.slice(0, 32)).toBe(`${clientPart}01000000${now.toString(16)}`);
    expect(exchange(server(secret), answer, '198.51.100.100', now)).toEqual({ verdict: COOKIE.GOOD, answer });
  });
});

describe('a cookie is not good', () => {
  const other = '00'.repeat(16);
  test.each<[string, Cookies, string, string, number]>([
    ['after more than an hour', server(secret), clientPart + serverPart, '198.51.100.100', madeAt + 3601],
    ['more than five minutes ahead of time', server(secret), clientPart + serverPart, '198.51.100.100', madeAt - 301],
    ['from another address', server(secret), clientPart + serverPart, '198.51.100.101', madeAt],
    ['from an IPv6 address with the same first octets', server(secret), clientPart + serverPart, 'c633:6464::', madeAt],
    ['with another client part', server(secret), `00${clientPart.slice(2)}${serverPart}`, '198.51.100.100', madeAt],
    ['under another secret', server(other), clientPart + serverPart, '198.51.100.100', madeAt],
    ['with one bit turned', server(secret), `${clientPart}${serverPart.slice(0, -1)}1`, '198.51.100.100', madeAt],
    ['of another version', server(secret), `${clientPart}02${serverPart.slice(2)}`, '198.51.100.100', madeAt],
    ['of another length', server(secret), `${clientPart}${serverPart}00`, '198.51.100.100', madeAt],
    ['where it is the client part alone', server(secret), clientPart, '198.51.100.100', madeAt],
  ])('%s', (_name, cookies, sent, from, now) => {
    expect(exchange(cookies, sent, from, now).verdict).toBe(COOKIE.UNPROVEN);
  });
});

test('over IPv6, and while secrets change: those of the old one are good, and replaced by ones of the new', () => {
  const [from, now] = ['2001:db8:220:1:59de:d0f4:8769:82b8', madeAt];
  const next = 'dd3bdf9344b678b185a6f5cb60fca715';
  const { answer: old } = exchange(server(secret), clientPart, from, now);
  const { verdict, answer } = exchange(server(next, secret), old, from, now);
  expect(verdict).toBe(COOKIE.GOOD);
  expect(answer).not.toBe(old);
  expect(exchange(server(next), answer, from, now)).toEqual({ verdict: COOKIE.GOOD, answer });
  expect(exchange(server(next), old, from, now).verdict).toBe(COOKIE.UNPROVEN);
});

test('section 4.3: time stamps run over in 2106', () => {
  const late = 0xffff_fff0;
  const { answer } = exchange(server(secret), clientPart, '198.51.100.100', late);
  expect(exchange(server(secret), answer, '198.51.100.100', late + 60).verdict).toBe(COOKIE.GOOD);
});

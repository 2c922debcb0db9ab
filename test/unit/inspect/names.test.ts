import { describe, expect, it } from 'vitest';
import { compileNames } from '../../../src/compile/names.ts';
import { TYPE } from '../../../src/dns/constants.ts';
import { resolveName } from '../../../src/inspect/names.ts';
import { NamesView } from '../../../src/snapshot/names-view.ts';
import { zoneOf } from '../../support/answering.ts';
import { wireName } from '../../support/rdata-text.ts';

const ZONE = `www 20 SERVICE web
@ SERVICE web
alias CNAME Www
far CNAME www.example.net.
loop1 CNAME loop2
loop2 CNAME loop1
old DNAME example.com.
*.wild SERVICE web
known.wild TXT x
plain A 192.0.2.1
sub NS ns.example.net.`;

const names = new NamesView(
  compileNames([zoneOf('example.com.', ZONE)], new Map([['web', { slot: 4, ttlSeconds: 60 }]])),
);

describe('what the zones have at a name', () => {
  it.each([
    ['www.example.com.', { kind: 'service', aliases: [], service: { slot: 4, ttlSeconds: 20, isAlone: true } }],
    ['WWW.Example.com.', { kind: 'service' }],
    ['example.com.', { kind: 'service', service: { slot: 4, ttlSeconds: 60, isAlone: false } }],
    ['alias.example.com.', { kind: 'service', aliases: ['Www.example.com.'] }],
    ['www.old.example.com.', { kind: 'service', aliases: ['www.example.com.'] }],
    ['any.wild.example.com.', { kind: 'service' }],
    ['known.wild.example.com.', { kind: 'no-data' }],
    ['wild.example.com.', { kind: 'no-data' }],
    ['plain.example.com.', { kind: 'records' }],
    ['nowhere.example.com.', { kind: 'nxdomain' }],
    ['far.example.com.', { kind: 'not-ours', aliases: ['www.example.net.'] }],
    ['x.sub.example.com.', { kind: 'referral' }],
    ['loop1.example.com.', { kind: 'loop' }],
    ['example.org.', { kind: 'not-ours' }],
  ])('%s', (name, expected) => {
    expect(resolveName(names, wireName(name), TYPE.A)).toMatchObject(expected);
  });
});

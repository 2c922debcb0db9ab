import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../../src/config/load.ts';
import { defaultOverrides } from '../../../../src/config/operations.ts';
import { folderWith } from '../folder.ts';

interface Sample {
  readonly safety?: unknown;
  readonly eu?: object;
  readonly us?: object;
  readonly web?: object;
  readonly hooks?: unknown;
}

/** What is wrong with a configuration of two regions and a service in both. */
async function faultsOf({ safety = {}, eu = {}, us = {}, web = {}, hooks = {} }: Sample): Promise<readonly string[]> {
  const text = stringify({
    safety,
    hooks,
    regions: { eu, us },
    policies: { split: ['weighted'] },
    services: { web: { policy: 'split', ...web, endpoints: { eu: { a: '192.0.2.1' }, us: { a: '192.0.2.2' } } } },
    zones: { 'example.com': { records: '@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns.example.net.\nwww SERVICE web\n' } },
  });
  const loaded = await loadConfig(join(folderWith({ 'config.yaml': text }), 'config.yaml'));
  return loaded.ok ? [] : loaded.problems.map(({ code, found, expected }) => `${code}: ${found}; ${expected}`);
}

const drain = { drain: true };

describe('rules of safety', () => {
  test.each<[string, Sample]>([
    ['none', { eu: drain, us: drain }],
    ['kept', { safety: { atLeastUp: 2, neverTogether: ['eu', 'us'] } }],
    ['more than there are endpoints, for all services', { safety: { atLeastUp: 5 } }],
    ["a service's own, weaker", { safety: { atLeastUp: 2 }, web: { atLeastUp: 1 }, eu: drain }],
    ['one of a group drains', { safety: { neverTogether: [['eu', 'us']] }, eu: drain }],
  ])('nothing is wrong with: %s', async (_, sample) => {
    expect(await faultsOf(sample)).toEqual([]);
  });

  test.each<[string, Sample, string]>([
    ['too few by drain', { safety: { atLeastUp: 2 }, eu: drain }, 'unsafe-drain: web with 1; 2 of its'],
    ["a service's own", { web: { atLeastUp: 2 }, eu: drain }, 'unsafe-drain: web with 1; 2 of its'],
    ['more than it has', { web: { atLeastUp: 3 } }, "unsafe-rule: '3'; at most 2"],
    [
      'together',
      { safety: { neverTogether: ['eu', 'us'] }, eu: drain, us: drain },
      "unsafe-drain: 'true'; no drain: eu",
    ],
    ['no such region', { safety: { neverTogether: [['eu', 'su']] } }, "undefined-region: 'su'; eu"],
    ['one alone', { safety: { neverTogether: ['eu'] } }, 'bad-value: '],
    ['no rule', { safety: { atLeastDown: 1 } }, "unknown-key: 'atLeastDown'"],
  ])('refused: %s', async (_, sample, fault) => {
    const faults = await faultsOf(sample);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });
});

describe('hooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  test.each([
    [{ url: 'https://hooks.example.net/aya', secret, on: ['verdict'] }],
    [{ url: 'http://127.0.0.1:8080', giveUp: '2h', queue: 10 }],
    [{ exec: ['/bin/true', 'x'], timeout: '1s' }],
  ])('%j is one', async (hook) => {
    expect(await faultsOf({ hooks: { pager: hook } })).toEqual([]);
  });

  test.each([
    [{ url: 'ftp://hooks.example.net' }, 'an address that begins with http'],
    [{ url: 'hooks.example.net' }, 'an address that begins with http'],
    [{ url: 'https://hooks.example.net', secret: 'geheim' }, 'whsec_'],
    [{ url: 'https://hooks.example.net', secret: 'whsec_AAAA' }, 'whsec_'],
    [{ url: 'https://hooks.example.net', on: 'verdicts' }, 'verdict'],
    [{ exec: ['true'] }, 'the absolute path of a program'],
    [{ exec: '/bin/true' }, 'a command as a list of words'],
    [{ exec: ['/bin/true'], timeout: '1h' }, 'a duration from 100ms to 10m'],
    [{ exec: ['/bin/true'], giveUp: '1h' }, 'giveUp'],
  ])('%j is refused', async (hook, expected) => {
    expect((await faultsOf({ hooks: { pager: hook } })).join('\n')).toContain(expected);
  });
});

test.each([
  ['/etc/aya/aya.yaml', undefined, '/etc/aya/aya.overrides.yaml'],
  ['/etc/aya/aya.yaml', '', '/etc/aya/aya.overrides.yaml'],
  ['/etc/aya/edge.yml', '/var/lib/aya:/var/lib/more', '/var/lib/aya/edge.overrides.yaml'],
])('overrides of %s, where systemd gives %s, are in %s', (file, folders, expected) => {
  expect(defaultOverrides(file, folders)).toBe(expected);
});

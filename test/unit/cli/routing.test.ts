import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCheck } from '../../../src/cli/check.ts';
import { runDiff } from '../../../src/cli/diff.ts';
import { runExplain } from '../../../src/cli/explain.ts';
import type { Output } from '../../../src/cli/output.ts';
import { runTest } from '../../../src/cli/test.ts';
import { folderWith } from '../config/folder.ts';

interface Ran {
  readonly status: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

type Command = (argv: readonly string[], io: Output) => Promise<number>;

async function run(command: Command, ...argv: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await command(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out, err };
}

const world = (tests: string, order = 'eu, us', weight = 1): string => `regions: { eu: {}, us: {} }
geo: { networks: { office: 203.0.113.0/24 } }
policies: { in-order: [{ ordered: [${order}] }], split: [weighted] }
services:
  web: { policy: in-order, endpoints: { eu: { a: 192.0.2.1 }, us: { a: 192.0.2.2 } } }
  beta: { policy: split, endpoints: { eu: { a: 192.0.2.3, weight: ${weight} }, us: { a: 192.0.2.4 } } }
tests: ${tests}
zones:
  example.com:
    records: |
      @ 60 SOA ns admin 1 2 3 4 5
      @ 60 NS ns.example.net.
      www SERVICE web
      beta SERVICE beta
`;

const fileOf = (text: string): string => join(folderWith({ 'aya.yaml': text }), 'aya.yaml');

const GOOD = '[everyRegionServes]';
const BAD = '[{ name: www.example.com, from: [DE, US], expect: us }, everyRegionServes]';

describe('aya test', () => {
  it('is content', async () => {
    const file = fileOf(world(GOOD));
    expect(await run(runTest, file)).toEqual({ status: 0, out: [`${file}: 1 test, all pass`], err: [] });
  });

  it('tells each failure with its place', async () => {
    const file = fileOf(world(BAD));
    const found = (from: string) => `${file}:7:9: test-failed: found web/eu 100 % for ${from}, expected us`;
    const out = [found('DE'), found('US'), `${file}: 2 tests, 1 failed`];
    expect(await run(runTest, file)).toEqual({ status: 1, out, err: [] });
    expect((await run(runCheck, file)).out).toEqual([found('DE'), found('US'), `${file}: 2 problems`]);
  });

  it('tells mistakes in the configuration', async () => {
    const file = fileOf(world('[{ name: www.example.com, from: DE, expect: mars }]'));
    expect(await run(runTest, file)).toMatchObject({
      status: 1,
      out: [],
      err: [expect.stringContaining('undefined-target')],
    });
  });
});

describe('aya diff', () => {
  const folder = (): string =>
    folderWith({
      'old.yaml': world(GOOD),
      'new.yaml': world(GOOD, 'us, eu', 3),
      'log.txt': '203.0.113.0/24 100\n',
      'bad.txt': 'office 100\n',
    });

  it('says what moves, by service', async () => {
    const at = folder();
    const [before, after, log] = ['old.yaml', 'new.yaml', 'log.txt'].map((name) => join(at, name));
    expect(await run(runDiff, before, after, '--weights', log)).toEqual({
      status: 0,
      out: [
        'beta A: 25 % of clients move',
        '  25 % from us to eu',
        'web A: 100 % of clients move',
        '  100 % from eu to us',
      ],
      err: [],
    });
    expect((await run(runDiff, before, before)).out).toEqual(['no client moves']);
  });

  it('in JSON', async () => {
    const at = folder();
    const { out } = await run(runDiff, join(at, 'old.yaml'), join(at, 'new.yaml'), '--json');
    expect(JSON.parse(out.join('\n'))).toEqual({
      services: [
        { service: 'beta', type: 'A', percent: 25, flows: [{ from: 'us', to: 'eu', percent: 25 }] },
        { service: 'web', type: 'A', percent: 100, flows: [{ from: 'eu', to: 'us', percent: 100 }] },
      ],
    });
  });

  it('tells what it cannot read', async () => {
    const at = folder();
    const files = ['old.yaml', 'new.yaml'].map((name) => join(at, name));
    const problem = `${join(at, 'bad.txt')}:1: bad-weight: found 'office 100'`;
    expect(await run(runDiff, ...files, '--weights', join(at, 'bad.txt'))).toMatchObject({
      ...{ status: 1, out: [], err: [expect.stringContaining(problem)] },
    });
    expect(await run(runDiff, ...files, '--weights', join(at, 'none.txt'))).toMatchObject({ status: 1, out: [] });
    expect(await run(runDiff, files[0], join(at, 'none.yaml'))).toMatchObject({ status: 1, out: [] });
  });
});

describe('aya explain', () => {
  it('of a configuration alone', async () => {
    const file = fileOf(world(GOOD));
    const { status, out } = await run(runExplain, 'www.example.com', '--from', 'office', '--down', 'eu', '-c', file);
    expect({ status, first: out[0] }).toEqual({
      status: 0,
      first: expect.stringMatching(/^www\.example\.com\. A for office \(203\.0\.113\.0\) at .* while eu is down$/),
    });
    expect(out).toContain('    100.00 % web/us  192.0.2.2');
  });

  it('in JSON, at another time', async () => {
    const at = '2026-12-24T20:00:00+01:00';
    const { out } = await run(
      runExplain,
      'www.example.com',
      '--from',
      'DE',
      '--at',
      at,
      '--json',
      '-c',
      fileOf(world(GOOD)),
    );
    expect(JSON.parse(out.join('\n'))).toMatchObject({ at: '2026-12-24T19:00:00.000Z', steering: { service: 'web' } });
  });

  it.each([
    [['www.example.com', '--from', 'offce'], /--from: offce: expected office/],
    [['www.example.com', '--from', 'DE', '--down', 'web/usa'], /--down: web\/usa: expected web\/us/],
    [['www..example.com', '--from', 'DE'], /--name: .*a label is empty/],
  ])('%j makes no sense', async (argv, expected) => {
    const { status, err } = await run(runExplain, ...argv, '-c', fileOf(world(GOOD)));
    expect({ status, err }).toEqual({ status: 2, err: [expect.stringMatching(expected)] });
  });

  it('of a server that is not there', async () => {
    const argv = ['www.example.com', '--from', 'DE', '--server'];
    expect(await run(runExplain, ...argv, 'http://127.0.0.1:1')).toMatchObject({ status: 1, out: [] });
    expect(await run(runExplain, ...argv, 'nowhere')).toMatchObject({ status: 2, out: [] });
  });
});

describe('misuse', () => {
  it.each([
    [[], 'say which name: aya explain NAME --from WHO'],
    [['www.example.com', 'more', '--from', 'DE'], 'more: it takes one name alone'],
    [['www.example.com', '-c', 'aya.yaml'], "say for whom: --from WHO, an address, a country's code or a network"],
    [['www.example.com', '--from', 'DE'], 'say of whom it is asked: --config FILE or --server URL'],
    [['www.example.com', '--from', 'DE', '-c', 'aya.yaml', '--server', 'http://127.0.0.1:1'], 'one of them alone'],
    [['www.example.com', '--from', 'DE', '-c', 'aya.yaml', '--type', 'MX'], '--type MX: expected A or AAAA'],
    [['www.example.com', '--from', 'DE', '-c', 'aya.yaml', '--at', 'noon'], '--at noon: expected a time such as 2026'],
  ])('of explain says what is missing or wrong: %j', async (argv, said) => {
    expect(await run(runExplain, ...argv)).toMatchObject({
      status: 2,
      out: [],
      err: [expect.stringContaining(said), 'Try: aya explain --help'],
    });
  });

  it.each<[Command, readonly string[]]>([
    [runTest, []],
    [runTest, ['a.yaml', 'b.yaml']],
    [runDiff, ['a.yaml']],
  ])('%o %j', async (command, argv) => {
    expect(await run(command, ...argv)).toMatchObject({
      status: 2,
      out: [],
      err: [expect.stringContaining('usage: aya ')],
    });
  });
});

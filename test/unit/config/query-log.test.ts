import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import type { Problem } from '../../../src/util/problem.ts';
import { folderWith } from './folder.ts';

const ZONES = 'zones: { example.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\n" } }\n';

async function load(queryLog: string) {
  const folder = folderWith({ 'aya.yaml': `server:\n  queryLog: ${queryLog}\n${ZONES}` });
  return { folder, loaded: await loadConfig(join(folder, 'aya.yaml')) };
}

const told = (problems: readonly Problem[]): string[] =>
  problems.map(({ line, code, found, expected }) => `${line} ${code} ${found} => ${expected}`);

describe('server.queryLog', () => {
  test('is not there unless it is written', async () => {
    const folder = folderWith({ 'aya.yaml': `server: { workers: 1 }\n${ZONES}` });
    const loaded = await loadConfig(join(folder, 'aya.yaml'));
    expect(loaded.ok && loaded.config.server.queryLog).toBe(undefined);
  });

  test('has defaults, and a file beside the configuration', async () => {
    const { folder, loaded } = await load('{ file: queries.ndjson }');
    expect(loaded.ok && loaded.config.server.queryLog).toEqual({
      ...{ file: join(folder, 'queries.ndjson'), every: 1, only: [], ringRecords: 16_384 },
    });
  });

  test('takes standard output, one outcome by itself, and a power of two', async () => {
    const { loaded } = await load('{ file: "-", every: 10, only: errors, ring: 65 }');
    expect(loaded.ok && loaded.config.server.queryLog).toEqual({
      ...{ file: '-', every: 10, only: ['errors'], ringRecords: 128 },
    });
    expect(loaded.ok && loaded.warnings).toEqual([]);
  });

  test.each([
    ['{}', '2 missing-key nothing => file: the path of a file, or "-" for standard output'],
    ['{ file: "" }', '2 bad-value "" => the path of a file, or "-" for standard output'],
    ['{ file: q, every: 0 }', "2 bad-value '0' => a whole number from 1 to 1000000"],
    ['{ file: q, only: [error] }', "2 bad-value 'error' => one of errors, nxdomain, truncated, limited"],
    ['{ file: q, ring: 63 }', "2 bad-value '63' => a whole number from 64 to 1048576"],
    ['{ file: q, sample: 2 }', "2 unknown-key 'sample' => one of file, every, only, ring"],
  ])('%s is a mistake', async (text, expected) => {
    const { loaded } = await load(text);
    expect(loaded.ok ? [] : told(loaded.problems)).toEqual([expected]);
  });

  test('in a folder that is not there is a warning: on the machine that it is for it may be', async () => {
    const { folder, loaded } = await load('{ file: logs/queries.ndjson }');
    const expected = `2 no-query-log-folder no folder ${join(folder, 'logs')} => a file in a folder that is there`;
    expect(loaded.ok && told(loaded.warnings)).toEqual([expected]);
  });
});

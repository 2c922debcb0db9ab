import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

async function found(yaml: string): Promise<readonly string[]> {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': yaml }), 'aya.yaml'));
  return loaded.ok ? [] : loaded.problems.map(({ code, found, expected }) => `${code} ${found}: ${expected}`);
}

describe('an address to listen at', () => {
  test.each([
    ['DNS and admin', 'server: { listen: "127.0.0.1:9053" }\nadmin: { listen: 127.0.0.1 }'],
    ['push and latency', 'admin: { push: "[::1]" }\nlatency: { listen: "[::1]:9054" }'],
    ['admin and push', 'admin:\n  listen: "127.0.0.1:80"\n  push: "127.0.0.1:80"'],
  ])('twice, for %s, is a mistake', async (_what, yaml) => {
    const duplicates = (await found(yaml)).filter((problem) => problem.startsWith('duplicate-listen '));
    expect(duplicates).toEqual([expect.stringMatching(/: each once: line \d has it already$/)]);
  });

  test('is each its own where no port is given', async () => {
    const own =
      'server: { listen: 127.0.0.1 }\nadmin: { listen: 127.0.0.1, push: 127.0.0.1 }\nlatency: { listen: 127.0.0.1 }';
    expect((await found(own)).join('\n')).not.toContain('duplicate-listen');
  });
});

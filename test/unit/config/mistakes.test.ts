import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { folderWith } from './folder.ts';

const text = readFileSync(new URL('mistakes.yaml', import.meta.url), 'utf8');

async function problems() {
  const file = join(folderWith({ 'aya.yaml': text }), 'aya.yaml');
  const loaded = await loadConfig(file);
  return { file, files: loaded.ok ? [] : loaded.files, found: loaded.ok ? [] : loaded.problems };
}

describe('a file with many mistakes', () => {
  it('has each of them told, in order, with its place', async () => {
    const { file, found } = await problems();
    expect(found.every((problem) => problem.file === file)).toBe(true);
    expect(found.map(({ line, column, code, found }) => `${line}:${column ?? 0} ${code} ${found}`)).toEqual([
      "2:28 duplicate-listen '127.0.0.1:5300'",
      "2:44 bad-address 'localhost:53'",
      "3:12 bad-value '0'",
      "4:3 unknown-key 'threads'",
      "6:15 no-such-file 'nowhere.mmdb'",
      "8:30 bad-prefix '203.0.113.7/24'",
      "9:13 duplicate-prefix '203.0.113.0/24'",
      "11:25 bad-value '138.9'",
      "12:44 wrong-type 'eu'",
      '13:3 missing-location ap-tokyo without location',
      "14:3 bad-name '_old'",
      "17:19 bad-value '80800'",
      "17:32 bad-value 'healthz'",
      "18:15 bad-duration 'fast'",
      "20:13 unknown-step 'nearset'",
      "21:34 undefined-region 'us-esat'",
      "24:30 undefined-network 'ofice'",
      "24:46 bad-value 'Germany'",
      "24:62 undefined-region 'eu-wset'",
      "25:37 bad-value 'EUROPE'",
      '25:52 bad-value []',
      "26:7 unknown-step 'wieghted'",
      "30:13 undefined-policy 'closset'",
      "31:12 undefined-probe 'wbe'",
      "32:5 unknown-key 'tttl'",
      "33:14 bad-value '65'",
      "34:18 service-loop 'backup'",
      "36:21 bad-address '192.0.2.300'",
      "36:42 wrong-type 'heavy'",
      '37:22 bad-address "2001:db8::20"',
      "37:50 duplicate-address '192.0.2.21'",
      "38:7 undefined-region 'mars'",
      '38:7 endpoint-without-address an endpoint without address',
      "39:41 bad-address '127.0.0.1'",
      '39:52 cname-and-addresses a cname beside addresses',
      "39:59 bad-name 'lb..net'",
      "42:10 bad-duration '1500ms'",
      '46:3 missing-key nothing',
      "46:3 reserved-name 'all'",
      '47:16 bad-value {}',
      "48:3 duplicate-key 'web'",
      "51:24 no-such-file 'missing.zone'",
      '52:3 missing-key neither',
      "52:3 duplicate-zone 'Example.COM.'",
      "53:3 bad-zone-name 'example..net'",
      '56:7 missing-soa no SOA at the apex',
      '56:7 missing-apex-ns no NS at the apex',
      "57:19 undefined-service 'shop'",
      "58:14 bad-rdata '192.0.2.256'",
    ]);
  });

  it('has what is quoted stand where it is said to', async () => {
    const lines = text.split('\n');
    const quoted = (await problems()).found.filter(({ found }) => /^['"[{]/.test(found));
    expect(quoted.length).toBeGreaterThan(35);
    for (const { line = 0, column = 0, found } of quoted) {
      const there = lines[line - 1]?.slice(column - 1) ?? '';
      expect(there.startsWith(found.replace(/^'(.*)'$/, '$1')), `${line}:${column} ${found}`).toBe(true);
    }
  });

  const SPELLINGS = [
    ['duplicate-listen', 'each once: line 2 has it already'],
    ['unknown-step', 'nearest'],
    ['undefined-region', 'us-east'],
    ['undefined-network', 'office'],
    ['undefined-policy', 'closest'],
    ['undefined-probe', 'web'],
    ['service-loop', 'a service that does not lead back here: web -> backup (line 34) -> web (line 43)'],
    ['missing-key', 'policy: the name of a policy'],
    ['undefined-service', 'one of web, backup, all'],
    ['bad-zone-name', 'a domain name (a label is empty)'],
  ];

  it.each(SPELLINGS)('says of %s that %s is right', async (code, expected) => {
    const { found } = await problems();
    expect(found.find((problem) => problem.code === code)?.expected).toBe(expected);
  });

  it('names the files whose change may mend it', async () => {
    const { file, files } = await problems();
    expect(files).toContain(file);
    expect(files).toContain(join(file, '../missing.zone'));
    expect(files).toContain(join(file, '../nowhere.mmdb'));
  });
});

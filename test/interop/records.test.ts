import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Aya, startAya } from '../support/aya.ts';
import { describeWith, Peer, run } from '../support/programs.ts';
import { dig, spaced } from './dig.ts';
import { SAMPLES, ZONE } from './records.ts';

/** Every type that Aya knows, through its parser, its wire form and dig's printer: two parsers must agree. */
describeWith(['dig'], 'dig prints what the master file says', () => {
  let aya: Aya;
  beforeAll(async () => {
    aya = await startAya('zones: { example.com: { file: all.zone } }', { files: { 'all.zone': ZONE } });
  });
  afterAll(() => aya?.[Symbol.asyncDispose]());

  test.each(SAMPLES)('$type $written', async ({ owner, type, shown }) => {
    const { answer, text } = await dig(aya, `${owner}.example.com ${type} +nosplit`);
    expect(answer, text).toEqual([`${owner}.example.com. 90 IN ${type} ${shown}`]);
  });

  test.each([
    [
      'example.com SOA',
      ['example.com. 3600 IN SOA ns1.example.com. host\\.master.example.com. 2026010100 7200 1800 1209600 60'],
    ],
    ['example.com NS', ['example.com. 3600 IN NS ns1.example.com.', 'example.com. 3600 IN NS ns.example.net.']],
    ['deep.sub.example.com A', ['deep.sub.example.com. 777600 IN A 192.0.2.57']],
    ['a.b.sub.example.com A', ['a.b.sub.example.com. 3600 IN A 192.0.2.58']],
  ])('%s', async (args, records) => {
    const { answer, text } = await dig(aya, args);
    expect([...answer].sort(), text).toEqual([...records].sort());
  });

  describeWith(['named-compilezone'], 'named-compilezone reads the same zone', () => {
    test('and every record that it finds is answered so by Aya', async () => {
      await using folder = new Peer('zone');
      const compiled = `${folder.folder}/compiled`;
      const checks = ['-i', 'none', '-k', 'ignore', '-r', 'ignore', '-S', 'ignore', '-M', 'ignore', '-n', 'ignore'];
      const files = ['-s', 'full', '-o', compiled, 'example.com', folder.write('all.zone', ZONE)];
      const { code, out, err } = await run('named-compilezone', [...checks, ...files]);
      expect(code, out + err).toBe(0);
      const lines = await readRecords(compiled);
      expect(lines.length).toBeGreaterThan(SAMPLES.length + 10);
      const rrsets = Map.groupBy(lines, (line) => line.split(' ').slice(0, 4).join(' '));
      for (const [head, records] of rrsets) {
        const [owner = '', , , type = ''] = head.split(' ');
        const isCut = type === 'NS' && owner !== 'example.com.';
        const { answer, authority, text } = await dig(aya, `${owner} ${type}`);
        expect([...(isCut ? authority : answer)].sort(), text).toEqual([...records].sort());
      }
    });
  });
});

/** The lines of a compiled zone, with single spaces outside of quotes. */
async function readRecords(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(spaced);
}

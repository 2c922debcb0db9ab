import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { file } from '../../../../src/control/probes/file.ts';
import { readStates } from '../../../../src/control/probes/state-file.ts';
import { StateFiles } from '../../../../src/control/probes/state-files.ts';
import { systemClock } from '../../../../src/util/clock.ts';
import { configOf } from '../../../support/probing.ts';

const folder = mkdtempSync(join(tmpdir(), 'aya-'));
onTestFinishedOnce();

function onTestFinishedOnce(): void {
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('reads', () => {
  const states = [
    ['web/eu', { isUp: false, why: 'maintenance' }],
    ['192.0.2.1', { isUp: true, why: '' }],
  ];
  test.each([
    ['a.txt', '# states\nweb/eu down maintenance # until noon\n\n192.0.2.1\tup\n'],
    ['a.json', '{"web/eu": {"state": "down", "why": "maintenance"}, "192.0.2.1": "up"}'],
    ['a.yaml', 'web/eu: { state: down, why: maintenance }\n192.0.2.1: up\n'],
  ])('%s', (name, text) => {
    expect([...(readStates(written(name, text)) as Map<string, object>)]).toEqual(states);
  });

  test.each([
    ['b.txt', 'web/eu up\nweb/us maybe\n', 'line 2: no name with up or down behind it'],
    ['b.json', '{"web/eu": "up", "web/us": "UP"}', 'web/us: neither up nor down'],
    ['c.json', '["up"]', 'no mapping of names to states'],
    ['d.json', '{"web/eu": "up"', /^line 1: YAML/],
    ['e.yaml', 'a: up\na: down\n', /^line 2: /],
  ])('nothing of %s, which has a mistake', (name, text, expected) => {
    expect(readStates(written(name, text))).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });
});

test('of what is no file, that it is none: to open a pipe would wait for its writer', () => {
  const pipe = join(folder, 'pipe.txt');
  execFileSync('mkfifo', [pipe]);
  expect(readStates(pipe)).toBe('no regular file');
  expect(readStates(folder)).toBe('no regular file');
});

describe('a probe of a file', () => {
  const target = { address: '192.0.2.1', port: 0, endpoint: 'web/eu' };

  function open(name: string, text?: string) {
    const path = text === undefined ? join(folder, name) : written(name, text);
    const refused: string[] = [];
    const kind = file(new StateFiles(systemClock, (_path, reason) => refused.push(reason)));
    const config = configOf('file', { path });
    let heard = () => {};
    const news = () => new Promise<void>((resolve) => (heard = resolve));
    const end = kind.watch!(config, target, () => heard());
    onTestFinished(end);
    const ask = (change: object = {}) => kind.run(config, { ...target, ...change }, new AbortController().signal);
    return { path, ask, news, refused };
  }

  test('finds the address of the endpoint, else the endpoint, else the address', async () => {
    const { ask } = open('f.txt', 'web/eu up\nweb/eu/2001:db8::1 down\n192.0.2.7 down burnt\n');
    expect(await ask()).toEqual({ ok: true });
    expect(await ask({ address: '2001:db8::1' })).toEqual(expect.objectContaining({ ok: false, fault: 'endpoint' }));
    const other = await ask({ address: '192.0.2.7', endpoint: 'web/us' });
    expect(other).toEqual(expect.objectContaining({ reason: expect.stringMatching(/f\.txt says down: burnt$/) }));
    expect(await ask({ address: '192.0.2.8', endpoint: 'x/y' })).toEqual(
      expect.objectContaining({ fault: 'observer' }),
    );
  });

  test('sees a file that is written again, and one that is put in its place', async () => {
    const { path, ask, news } = open('g.txt', 'web/eu up\n');
    let told = news();
    writeFileSync(path, 'web/eu down\n');
    await told;
    expect(await ask()).toEqual(expect.objectContaining({ ok: false }));
    told = news();
    renameSync(written('g.new', 'web/eu up\n'), path);
    await told;
    expect(await ask()).toEqual({ ok: true });
  });

  test('goes on by what was good when a file has a mistake, or is gone', async () => {
    const { path, ask, news, refused } = open('h.txt', 'web/eu up\n');
    let told = news();
    writeFileSync(path, 'web/eu perhaps\n');
    await told;
    expect(await ask()).toEqual({ ok: true });
    told = news();
    rmSync(path);
    await told;
    expect(await ask()).toEqual({ ok: true });
    expect(refused).toEqual(['line 1: no name with up or down behind it', expect.stringContaining('ENOENT')]);
  });

  test('knows nothing until there is a file', async () => {
    const { path, ask, news } = open('late.txt');
    expect(await ask()).toEqual(expect.objectContaining({ ok: false, fault: 'observer' }));
    const told = news();
    writeFileSync(path, 'web/eu up\n');
    await told;
    expect(await ask()).toEqual({ ok: true });
  });
});

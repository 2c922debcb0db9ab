import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const MODULE = new URL('../../../../src/control/query-log/output-file.ts', import.meta.url);
const run = promisify(execFile);

describe('a disk that becomes full within a line', () => {
  test('leaves a broken line, which the next does not go on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aya-log-'));
    try {
      const path = join(folder, 'log');
      // A bound on the size of files stands for the disk's: what fits is written, and the rest is refused.
      const program = `
        import { truncateSync } from 'node:fs';
        import { OutputFile } from '${MODULE}';
        process.on('SIGXFSZ', () => {});
        const file = new OutputFile(process.argv[1]);
        const line = 'x'.repeat(599) + '\\n';
        file.write(Buffer.from(line));
        let why = '';
        try { file.write(Buffer.from(line)); } catch (error) { why = error.code; }
        truncateSync(process.argv[1], 700);
        file.write(Buffer.from('short\\n'));
        console.log(why);`;
      const shell = `ulimit -f 1; exec "$@"`; // of 1024 octets, or of 512
      const args = ['-c', shell, 'bash', process.execPath, '--input-type=module', '-e', program, path];
      const { stdout } = await run('bash', args);
      expect(stdout).toBe('EFBIG\n');
      const [whole, torn, next] = readFileSync(path, 'utf8').split('\n');
      expect([whole?.length, torn, next]).toEqual([599, 'x'.repeat(100), 'short']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('standard output', () => {
  test('takes whole lines in pieces that a pipe takes whole, whatever else is written there', async () => {
    const program = `
      import { Worker } from 'node:worker_threads';
      process.stdout.write('{"of":"main"}\\n'); // sets the pipe to what Node.js makes of it
      const worker = new Worker(\`
        import('${MODULE}').then(({ OutputFile }) => {
          const file = new OutputFile('-');
          const lines = Buffer.from(('{"of":"log","x":"' + 'y'.repeat(700) + '"}\\\\n').repeat(100));
          for (let turn = 0; turn < 50; turn++) file.write(lines);
        });\`, { eval: true });
      const timer = setInterval(() => process.stdout.write('{"of":"main"}\\n'), 1);
      worker.on('exit', () => clearInterval(timer));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
    const kinds = lines.map((line) => (JSON.parse(line) as { readonly of: string }).of);
    expect(kinds.filter((of) => of === 'log')).toHaveLength(5_000);
    expect(kinds.filter((of) => of === 'main').length).toBeGreaterThan(0);
  });
});

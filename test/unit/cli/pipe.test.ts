import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../../config/demo.yaml', import.meta.url));

test('whoever stops reading before the last line gets no stack trace', async () => {
  const asked = ['explain', 'www.example.com', '--from', 'DE', '--config', CONFIG];
  const aya = spawn(process.execPath, [MAIN, ...asked], { stdio: ['ignore', 'pipe', 'pipe'] });
  aya.stdout.destroy();
  let errors = '';
  aya.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const [code] = await once(aya, 'close');
  expect([code, errors]).toEqual([0, '']);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort, startAya } from '../support/aya.ts';
import { residentBytes } from '../support/memory.ts';

/** The demo's world, without its `server:` section, on ports where nobody is: every probe is refused. */
async function demoWorld(): Promise<string> {
  const text = readFileSync('config/demo.yaml', 'utf8').replace(/^server:\n( .*\n)+/m, '');
  return text.replaceAll(/(?<=127\.0\.0\.1:)\d+/g, String(await freePort()));
}

test.runIf(process.platform === 'linux')('two workers with the embedded database take less than 250 MB', async () => {
  const files = { 'zones/demo.zone': readFileSync('config/zones/demo.zone') };
  await using aya = await startAya(await demoWorld(), { workers: 2, files });
  expect(await aya.ask('www.example.com')).toMatchObject({ rcode: 'NOERROR' });
  expect(residentBytes(aya.pid)).toBeLessThan(250e6);
  await aya.reload();
  expect(residentBytes(aya.pid)).toBeLessThan(250e6);
});

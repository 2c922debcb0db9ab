import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pingTrouble } from '../../../../src/control/probes/ping-socket.ts';
import { configOf, failed, passed, probe } from '../../../support/probing.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../../support/ping.ts', import.meta.url));

/** Pings in a network namespace of its own, where everybody may. */
async function ping(...targets: readonly string[]): Promise<object> {
  const allow = 'sysctl -qw net.ipv4.ping_group_range="0 0" && ip link set lo up';
  const command = `${allow} && exec "${process.execPath}" "${script}" ${targets.join(' ')}`;
  const { stdout } = await run('unshare', ['--user', '--map-root-user', '--net', 'sh', '-c', command]);
  return JSON.parse(stdout);
}

const up = { ok: true };
const unreachable = { ok: false, fault: 'endpoint', reason: 'network unreachable' };

test('asks and is answered, over IPv4 and IPv6, from an address of its own', async ({ skip }) => {
  const asked = ['127.0.0.1', '::1', '127.0.0.1@127.0.0.9', '::1@::1', '192.0.2.1', '127.0.0.1@192.0.2.9'];
  const outcomes = await ping(...asked).catch((error) => skip(`no network namespaces here: ${error.message}`));
  const refused = { ok: false, fault: 'observer', reason: 'no ICMP from here: bind 192.0.2.9: errno 99' };
  expect(outcomes).toEqual([up, up, up, up, unreachable, refused]);
});

test('where it is not permitted, nothing is said of the endpoint', async () => {
  const result = await probe(configOf('icmp', {}), { address: '127.0.0.1', port: 0 });
  const trouble = pingTrouble();
  expect(result).toEqual(
    trouble === undefined ? passed : failed(/^no ICMP from here: socket: not permitted/, 'observer'),
  );
});

test('without koffi, too, and it says so', async () => {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(specifier, context, next) {
      if (specifier === 'koffi') throw new Error('not for this machine');
      return next(specifier, context);
    } });`;
  const without = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
  const { stdout } = await run(process.execPath, [...without, script, '127.0.0.1']);
  const reason = 'no ICMP from here: the package koffi cannot be loaded: not for this machine';
  expect(JSON.parse(stdout)).toEqual([{ ok: false, fault: 'observer', reason }]);
});

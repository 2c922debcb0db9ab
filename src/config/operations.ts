import { basename, dirname, extname, join, resolve } from 'node:path';
import type { AdminConfig, HookConfig, SafetyConfig } from './operations-config.ts';
import type { ValidAdmin } from './schema/admin-schema.ts';
import type { ValidHook } from './schema/hooks-schema.ts';
import type { ValidSafety } from './schema/safety-schema.ts';

/** What systemd gives a service to keep things in (StateDirectory=), several with colons between them. */
const STATE_FOLDERS = process.env.STATE_DIRECTORY;

/** @param file the configuration, absolute. */
export function buildAdmin({ listen, push, socket, overrides }: ValidAdmin, file: string): AdminConfig {
  return {
    listen,
    push,
    socket: socket === undefined ? undefined : resolve(dirname(file), socket),
    overrides: overrides === undefined ? defaultOverrides(file, STATE_FOLDERS) : resolve(dirname(file), overrides),
  };
}

/**
 * Where overrides are kept unless the configuration says it. A folder of configurations is often not ours to write in,
 * and systemd gives one that is; elsewhere a file beside the configuration is found by whoever looks for it.
 */
export function defaultOverrides(file: string, stateFolders: string | undefined): string {
  const name = `${basename(file, extname(file))}.overrides.yaml`;
  const [folder = ''] = (stateFolders ?? '').split(':');
  return join(folder === '' ? dirname(file) : folder, name);
}

export function buildSafety({ atLeastUp, neverTogether }: ValidSafety): SafetyConfig {
  return { atLeastUp, neverTogether };
}

export function buildHook(hook: ValidHook): HookConfig {
  const common = { on: new Set(hook.on), timeoutMs: hook.timeout, queueMax: hook.queue };
  if ('exec' in hook) return { kind: 'exec', command: hook.exec, ...common };
  return { kind: 'webhook', url: hook.url, secret: hook.secret, giveUpMs: hook.giveUp, ...common };
}

import type { HostPort } from '../net/address.ts';
import type { ChangeKind } from './schema/hooks-schema.ts';

/** How the server is watched and operated. Paths are absolute. */
export interface AdminConfig {
  /** Undefined: it is not asked over HTTP. */
  readonly listen: HostPort | undefined;
  /** Where endpoints report themselves, besides; undefined: nowhere else. */
  readonly push: HostPort | undefined;
  readonly socket: string | undefined;
  /** The file of overrides by hand. */
  readonly overrides: string;
}

/** Rules that nobody breaks unawares. */
export interface SafetyConfig {
  /** Of services that say none of their own. */
  readonly atLeastUp: number;
  /** Lists of regions, of each of which one at most may be out. */
  readonly neverTogether: readonly (readonly string[])[];
}

/** One who is told of changes. */
export type HookConfig = WebhookConfig | CommandConfig;

interface HookBounds {
  readonly on: ReadonlySet<ChangeKind>;
  readonly timeoutMs: number;
  readonly queueMax: number;
}

export interface WebhookConfig extends HookBounds {
  readonly kind: 'webhook';
  readonly url: string;
  /** Undefined: requests are not signed. */
  readonly secret: Uint8Array | undefined;
  /** For how long one change is tried again. */
  readonly giveUpMs: number;
}

export interface CommandConfig extends HookBounds {
  readonly kind: 'exec';
  /** A program by its absolute path, and its arguments. */
  readonly command: readonly string[];
}

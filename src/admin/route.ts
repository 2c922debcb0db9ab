import type { Server } from '../control/server.ts';

/** What somebody asks of a running server. */
export interface AdminRequest {
  readonly query: URLSearchParams;
  /** Bounded; empty where there is none. */
  readonly body: string;
  /** Who asks: the user of the other end where the machine says it, else whoever he claims to be. */
  whoIs(claim: string): string;
}

export interface AdminReply {
  readonly status: number;
  /** The media type. */
  readonly type: string;
  readonly body: string;
}

/** What a route may look at and do. */
export type Administered = Pick<
  Server,
  'facts' | 'explain' | 'operations' | 'reload' | 'reports' | 'latency' | 'queryLog'
>;

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Only over the Unix socket, which nobody can use but those who may. */
  readonly isPrivate: boolean;
  answer(server: Administered, request: AdminRequest): Promise<AdminReply> | AdminReply;
}

export function json(status: number, value: unknown): AdminReply {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

export function text(status: number, line: string): AdminReply {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

/** The reply before anything is served. */
export const STARTING = json(503, { error: 'not serving yet' });

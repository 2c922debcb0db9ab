import { createHmac } from 'node:crypto';
import type { Agent } from 'undici';
import type { WebhookConfig } from '../../config/operations-config.ts';
import { VERSION } from '../../util/version.ts';
import type { Deliver, Delivery, Telling } from './telling.ts';

// Nobody reads a receiver's answer. Beyond this, its connection is not worth keeping.
const BODY_BYTES_MAX = 16 * 1024;

/** Statuses that mean not now, rather than not at all. */
const AGAIN: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** A hook's one connection, so that the order is kept on the wire, too. Close it when the hook is gone. */
export interface Webhook {
  readonly deliver: Deliver;
  close(): void;
}

/** Posts each change as JSON, signed in the form of Standard Webhooks (version 1). A redirect is not followed. */
export function webhook({ url, secret }: WebhookConfig, nowMs: () => number): Webhook {
  // Loaded with the first delivery: a server without webhooks has no use for its 10 MB.
  let agent: Agent | undefined;
  return {
    deliver: async (telling, signal) => {
      try {
        const { Agent, request } = await import('undici');
        agent ??= new Agent({ connections: 1, maxHeaderSize: BODY_BYTES_MAX });
        const dispatcher = agent;
        const headers = headersOf(telling, secret, Math.floor(nowMs() / 1000));
        const { statusCode, body } = await request(url, {
          ...{ method: 'POST', body: telling.body, headers, dispatcher, signal },
        });
        await body.dump({ limit: BODY_BYTES_MAX, signal }).catch(() => undefined);
        return judge(statusCode);
      } catch (error) {
        return { result: 'again', why: signal.aborted ? String(signal.reason) : messageOf(error) };
      }
    },
    close: () => void agent?.destroy(),
  };
}

function headersOf({ id, body }: Telling, secret: Uint8Array | undefined, seconds: number): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': `Aya/${VERSION}`,
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    ...(secret && { 'webhook-signature': `v1,${signatureOf(secret, `${id}.${seconds}.${body}`)}` }),
  };
}

function signatureOf(secret: Uint8Array, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}

function judge(status: number): Delivery {
  if (status >= 200 && status < 300) return { result: 'taken' };
  const why = `status ${status}`;
  return { result: status >= 500 || AGAIN.has(status) ? 'again' : 'never', why };
}

function messageOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

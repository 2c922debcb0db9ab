import type { ProbeFailure } from './probe.ts';

// A reason ends up in logs, metrics and a table on a screen, and part of it may be what the endpoint sent.
const REASON_LENGTH_MAX = 160;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'host unreachable',
  EHOSTDOWN: 'host unreachable',
  ENETUNREACH: 'network unreachable',
};

// If we have run out of something, that says nothing of the endpoint: if it counted, one leak here would take every
// region down at once.
const reasonsOfOurs: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files here',
  ENFILE: 'too many open files here',
  ENOBUFS: 'out of buffers here',
  ENOMEM: 'out of memory here',
  EADDRNOTAVAIL: 'no local address or port left here',
};

/** OpenSSL's X509 verification codes, and the one Node.js adds for a name that does not match. */
const certificateCode = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|HOSTNAME_|ERR_TLS_CERT_)/;
const tlsCode = /^(?:EPROTO$|ERR_SSL_|ERR_TLS_)/;

/**
 * Turns an error into a failure: who is at fault, and a line that begins in the same way whenever the cause is the
 * same.
 */
export function reasonOf(error: unknown): ProbeFailure {
  const code = codeOf(error);
  const ours = reasonsOfOurs[code];
  if (ours !== undefined) return { ok: false, reason: ours, fault: 'observer' };
  return {
    ok: false,
    reason: reasons[code] ?? oneLine(`${prefixOf(code)}: ${messageOf(error)}`),
    fault: 'endpoint',
  };
}

/**
 * The failure of a probe whose own code threw. It counts against the endpoint, which may have sent what made the code
 * stumble.
 */
export function thrownFailure(error: unknown): ProbeFailure {
  return { ...reasonOf(error), thrown: error };
}

function prefixOf(code: string): string {
  if (certificateCode.test(code)) return 'certificate refused';
  if (tlsCode.test(code)) return 'TLS failed';
  return 'probe failed';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // OpenSSL's messages are a line of colons with file and line number in it; `reason` is the part that says what
  // happened.
  if ('reason' in error && typeof error.reason === 'string' && error.reason !== '') return error.reason;
  // Node.js adds advice after a semicolon.
  return error.message.split('; ', 1).join();
}

function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, REASON_LENGTH_MAX);
}

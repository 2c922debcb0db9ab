import { isIPv6 } from 'node:net';
import { type ConfigOf, sourceFor } from '../../health/schema.ts';
import type { StatusRange } from '../../health/schema-http.ts';
import { type Attempt, attempt } from './attempt.ts';
import { judgeBody } from './body.ts';
import { ResponseReader } from './http-response.ts';
import { failure, type ProbeAddress, type ProbeKind, type ProbeOutcome } from './probe.ts';
import { openSecure, openTcp, type TlsDemands } from './stream.ts';

type Config = ConfigOf<'http'> | ConfigOf<'https'>;

/** One request of a probe: redirects make several. */
interface Request {
  readonly isSecure: boolean;
  readonly port: number;
  /** As it stands in the Host header. */
  readonly host: string;
  readonly path: string;
  readonly redirectsLeft: number;
}

/**
 * Succeeds when the final answer's status is an expected one and its body as asked for. Where the body does not matter
 * it is not waited for, so that a page of any size, or one that never ends, costs what its first packets cost.
 */
export const http: ProbeKind<Config> = {
  run(config, target, signal) {
    return attempt(signal, (current) => request(firstOf(config, target), config, target, current));
  },
};

function firstOf(config: Config, { address, port }: ProbeAddress): Request {
  const isSecure = config.kind === 'https';
  const host = config.host ?? `${bracketed(address)}${port === (isSecure ? 443 : 80) ? '' : `:${port}`}`;
  return { isSecure, port, host, path: config.path, redirectsLeft: config.redirects };
}

function request(asked: Request, config: Config, target: ProbeAddress, current: Attempt): void {
  const reader = new ResponseReader(config.method === 'HEAD');
  const closers: (() => void)[] = [];
  let isDone = false;
  let judgedBytes = 0;
  const onProgress = (): void => {
    if (isDone || reader.state === 'head') return;
    const next = stepOf(reader, asked, config, target, judgedBytes);
    judgedBytes = reader.body.length;
    if (next === undefined) return;
    isDone = true;
    for (const close of closers) close();
    if ('ok' in next) current.settle(next);
    else request(next, config, target, current);
  };
  const onBytes = (bytes: Buffer): void => {
    reader.push(bytes);
    onProgress();
  };
  const onEnd = (): void => {
    reader.end();
    onProgress();
  };
  // Of a redirect's connection only what comes before the next request counts.
  const own: Attempt = {
    guard: current.guard,
    settle: (outcome) => (isDone ? undefined : current.settle(outcome)),
    cleanup(close) {
      closers.push(close);
      current.cleanup(close);
    },
  };
  connect(asked, config, target, own, onBytes, onEnd);
}

function connect(
  asked: Request,
  config: Config,
  { address }: ProbeAddress,
  own: Attempt,
  onBytes: (bytes: Buffer) => void,
  onEnd: () => void,
): void {
  const place = { address, port: asked.port };
  const source = sourceFor(config, address);
  const text = textOf(asked, config);
  if (!asked.isSecure) {
    openTcp(place, source, onBytes, own).once('end', own.guard(onEnd)).write(text);
    return;
  }
  openSecure(place, source, demandsOf(config, asked, address), own, (secured) => {
    secured.on('data', own.guard(onBytes)).once('end', own.guard(onEnd)).write(text);
  });
}

function demandsOf(config: Config, { host }: Request, address: string): TlsDemands {
  const named = host.replace(/:\d+$/, '');
  const name = named === bracketed(address) ? undefined : named;
  const protocols = { alpn: ['http/1.1'], mustAgree: false };
  if (config.kind === 'http') return { name, verify: true, daysLeft: 0, ca: undefined, ...protocols };
  const { verify, daysLeft, ca, sni } = config;
  return { name: sni ?? name, verify, daysLeft, ca, ...protocols };
}

/** On a connection that closes, so that the endpoint does not keep one for us either. */
function textOf({ host, path }: Request, { method, headers }: Config): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const agent = Object.keys(headers).some((name) => name.toLowerCase() === 'user-agent')
    ? ''
    : 'user-agent: aya-probe\r\n';
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${agent}${lines.join('')}connection: close\r\n\r\n`;
}

/** What follows from what has come so far: an outcome, another request, or more waiting. */
function stepOf(
  reader: ResponseReader,
  asked: Request,
  config: Config,
  { address }: ProbeAddress,
  judgedBytes: number,
): ProbeOutcome | Request | undefined {
  if (reader.head === undefined) return failure(reader.reason);
  const { status, fields } = reader.head;
  const location = fields.get('location');
  if (config.redirects > 0 && location !== undefined && status >= 301 && status <= 308 && status !== 304) {
    return redirected(location, asked, address);
  }
  if (!isExpected(status, config.status)) return failure(`status ${status}, expected ${wordsOf(config.status)}`);
  if (config.body === undefined) return { ok: true };
  if (reader.state === 'broken') return failure(reader.reason);
  return judgeBody(config.body, reader.body, reader.state === 'end', judgedBytes);
}

/** A redirect may change path, port and scheme; to another host it leads away from the endpoint that is probed. */
function redirected(location: string, asked: Request, address: string): ProbeOutcome | Request {
  if (asked.redirectsLeft === 0) return failure('redirected too often');
  const base = `http${asked.isSecure ? 's' : ''}://${asked.host}`;
  const to = URL.parse(location, `${base}${asked.path}`);
  if (to === null || !/^https?:$/.test(to.protocol)) return failure('redirected to what is no address of HTTP');
  const isSame = to.hostname === URL.parse(base)?.hostname || to.hostname === bracketed(address);
  if (!isSame) return failure(`redirected to another host: ${to.hostname.slice(0, 80)}`);
  const isSecure = to.protocol === 'https:';
  // The default port of a scheme that stays is the one that is probed: behind a Host header it need not be the real
  // one.
  const isKept = to.port === '' && isSecure === asked.isSecure && !/:\d+$/.test(asked.host);
  const port = isKept ? asked.port : Number(to.port) || (isSecure ? 443 : 80);
  return { isSecure, port, host: to.host, path: `${to.pathname}${to.search}`, redirectsLeft: asked.redirectsLeft - 1 };
}

function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

function isExpected(status: number, ranges: readonly StatusRange[]): boolean {
  return ranges.some(([from, to]) => status >= from && status <= to);
}

function wordsOf(ranges: readonly StatusRange[]): string {
  return ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(' or ');
}

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import { isIPv6, type Socket } from 'node:net';
import { type ConfigOf, sourceFor } from '../../health/schema.ts';
import { type Attempt, attempt } from './attempt.ts';
import { failure, type ProbeAddress, type ProbeKind, type ProbeOutcome } from './probe.ts';
import { reasonOf } from './reason.ts';
import { openPlain, openSecure } from './stream.ts';

type Config = ConfigOf<'grpc'>;

// A reply is a frame of 7 octets; what is longer is no reply of grpc.health.v1.
const REPLY_BYTES_MAX = 1_024;
const HEADERS_BYTES_MAX = 16 * 1024;

/** grpc.health.v1.HealthCheckResponse.ServingStatus */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Succeeds when grpc.health.v1.Health/Check says SERVING. */
export const grpc: ProbeKind<Config> = {
  run(config, target, signal) {
    return attempt(signal, (current) => {
      const source = sourceFor(config, target.address);
      if (!config.tls) {
        ask(openPlain(target, source, current), config, target, current);
        return;
      }
      const { host, verify, daysLeft, ca } = config;
      const demands = { name: host, verify, daysLeft, ca, alpn: ['h2'], mustAgree: true };
      openSecure(target, source, demands, current, (secured) => ask(secured, config, target, current));
    });
  },
};

function ask(socket: Socket, config: Config, target: ProbeAddress, current: Attempt): void {
  const { settle, cleanup } = current;
  const session = connect(`http${config.tls ? 's' : ''}://probe.invalid`, {
    createConnection: () => socket,
    maxHeaderListPairs: 64,
    maxSessionMemory: 1, // MB, and the least there is
    settings: { enablePush: false, maxHeaderListSize: HEADERS_BYTES_MAX },
  });
  cleanup(() => session.destroy());
  session.on('error', (error) => settle(reasonOf(error)));
  session.on('goaway', () => settle(failure('connection closed before the answer')));
  listen(requestOn(session, config, target), current);
}

function requestOn(
  session: ClientHttp2Session,
  { host, service, tls }: Config,
  target: ProbeAddress,
): ClientHttp2Stream {
  const address = isIPv6(target.address) ? `[${target.address}]` : target.address;
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
    [constants.HTTP2_HEADER_SCHEME]: tls ? 'https' : 'http',
    [constants.HTTP2_HEADER_AUTHORITY]: `${host ?? address}:${target.port}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'aya-probe',
  });
  stream.end(encodeRequest(service));
  return stream;
}

function listen(stream: ClientHttp2Stream, { settle, guard }: Attempt): void {
  let heard = Buffer.alloc(0);
  stream.on('error', (error) => settle(reasonOf(error)));
  // With an error of gRPC's own there is nothing but a head, which has what else the trailers would have.
  const onHead = guard((head: IncomingHttpHeaders) => {
    const status = Number(head[constants.HTTP2_HEADER_STATUS]);
    if (status !== 200) settle(failure(`status ${status}, expected 200`));
    else if (head['grpc-status'] !== undefined && head['grpc-status'] !== '0') settle(refused(head));
  });
  const onTrailers = guard((trailers: IncomingHttpHeaders) => {
    if (trailers['grpc-status'] !== '0') settle(refused(trailers));
  });
  const onData = guard((bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes]);
    if (heard.length > REPLY_BYTES_MAX) settle(failure('not a reply of grpc.health.v1'));
  });
  const onEnd = guard(() => settle(judge(heard)));
  stream.on('response', onHead).on('trailers', onTrailers).on('data', onData).on('end', onEnd);
}

function refused(fields: Readonly<Record<string, unknown>>): ProbeOutcome {
  const message = String(fields['grpc-message'] ?? '').slice(0, 80);
  return failure(`gRPC status ${String(fields['grpc-status'] ?? 'missing').slice(0, 20)}${message && `: ${message}`}`);
}

/** A frame of gRPC around HealthCheckRequest { string service = 1; }. */
function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  // The schema bounds a name to 255 characters, so that its length is a varint of two octets at most.
  const length = name.length < 0x80 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...length]), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** HealthCheckResponse { ServingStatus status = 1; }, where 0 need not be written. */
function judge(frame: Buffer): ProbeOutcome {
  const isWhole = frame.length >= 5 && frame[0] === 0 && frame.readUInt32BE(1) === frame.length - 5;
  if (!isWhole) return failure('not a reply of grpc.health.v1');
  const message = frame.subarray(5);
  const status = message.length === 0 ? 0 : message.length === 2 && message[0] === 0x08 ? message[1]! : -1;
  const name = STATUSES[status];
  if (name === undefined) return failure('not a reply of grpc.health.v1');
  return name === 'SERVING' ? { ok: true } : failure(`service is ${name}`);
}

import { isIPv6, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import type { HttpProbeConfig, HttpsProbeConfig } from '../../health/schema.ts';
import {
  attempt,
  type Cleanup,
  failure,
  type ProbeAddress,
  type ProbeKind,
  type ProbeOutcome,
  type Settle,
} from './probe.ts';
import { reasonOf } from './reason.ts';

type Config = HttpProbeConfig | HttpsProbeConfig;

// Far above what a health page sends; a bound on what a hostile one makes us keep.
const headersBytesMax = 16 * 1024;

// Each interim answer (1xx) is a whole head, so that the bound above holds for one, not for all of an endless row of them.
const interimAnswersMax = 8;

// The connection is ours and so is the Host header: undici needs an origin, and uses nothing of it.
const unusedOrigin = 'http://probe.invalid';

/**
 * Succeeds when the final answer's status is an expected one. The head decides: the body is not waited for, so that a page of any
 * size, or one that never ends, costs what its first packets cost. Redirects are answers like any other.
 */
export const http: ProbeKind<Config> = {
  run(config, target, signal) {
    return attempt(signal, (settle, cleanup) => {
      const client = new Client(unusedOrigin, {
        connect: connectOnce(config, target, settle, cleanup),
        maxHeaderSize: headersBytesMax,
        // The signal bounds the whole; undici's own timers would bound only a silence.
        headersTimeout: 0,
        bodyTimeout: 0,
        allowH2: false,
      });
      cleanup(() => void client.destroy());
      client.dispatch(requestOf(config, target), awaitStatus(config.status, settle));
    });
  },
};

/** A connector that gives one connection: undici would open a second by itself where the first closed before the request was on it. */
function connectOnce(config: Config, target: ProbeAddress, settle: Settle, cleanup: Cleanup): buildConnector.connector {
  let used = false;
  return (_options, done) => {
    if (used) return settle(failure('connection closed before the answer'));
    used = true;
    const socket = openSocket(config, target, () => done(null, socket));
    cleanup(() => socket.destroy());
    // Stays on after the outcome: a late error without a listener would end the process.
    socket.on('error', (error) => settle(reasonOf(error)));
  };
}

function openSocket(config: Config, { address, port }: ProbeAddress, onReady: () => void): Socket {
  if (config.kind === 'http') return netConnect({ host: address, port }, onReady);
  const name = config.host?.replace(/:\d+$/, '');
  return tlsConnect(
    {
      host: address,
      port,
      rejectUnauthorized: config.verify,
      ALPNProtocols: ['http/1.1'],
      // Without a name, no server name is sent (RFC 6066 knows none for addresses) and the certificate must be for the address.
      ...(name === undefined ? {} : { servername: name }),
    },
    onReady,
  );
}

function requestOf(config: Config, target: ProbeAddress): Dispatcher.DispatchOptions {
  return {
    method: config.method,
    path: config.path,
    headers: { ...withAgent(config.headers), host: config.host ?? authority(config, target) },
    reset: true, // Connection: close, so that the endpoint does not keep one for us either.
  };
}

function withAgent(headers: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'user-agent');
  return named ? { ...headers } : { 'user-agent': 'aya-probe', ...headers };
}

function authority(config: Config, { address, port }: ProbeAddress): string {
  const host = isIPv6(address) ? `[${address}]` : address;
  return port === (config.kind === 'http' ? 80 : 443) ? host : `${host}:${port}`;
}

function awaitStatus(expected: readonly number[], settle: Settle): Dispatcher.DispatchHandler {
  let interimAnswers = 0;
  return {
    // Undici takes a handler for one of its own only where it has this one.
    onRequestStart() {},
    onResponseStart(_controller, status) {
      if (status >= 200) settle(expected.includes(status) ? { ok: true } : unexpected(status, expected));
      else if (++interimAnswers > interimAnswersMax) settle(failure('too many interim answers'));
    },
    onResponseData() {},
    onResponseEnd() {},
    onResponseError: (_controller, error) => settle(reasonOf(error)),
  };
}

function unexpected(status: number, expected: readonly number[]): ProbeOutcome {
  return failure(`status ${status}, expected ${expected.join(' or ')}`);
}

import { connect } from 'node:net';
import type { TcpProbeConfig } from '../../health/schema.ts';
import { attempt, type ProbeKind } from './probe.ts';
import { reasonOf } from './reason.ts';

/** Succeeds when the connection is made. What the endpoint does with it then is not waited for. */
export const tcp: ProbeKind<TcpProbeConfig> = {
  run(_config, { address, port }, signal) {
    return attempt(signal, (settle, cleanup) => {
      const socket = connect({ host: address, port });
      cleanup(() => socket.destroy());
      socket.once('connect', () => settle({ ok: true }));
      // Stays on after the outcome: a late error without a listener would end the process.
      socket.on('error', (error) => settle(reasonOf(error)));
    });
  },
};

import type { TLSSocket } from 'node:tls';
import { type ConfigOf, sourceFor } from '../../health/schema.ts';
import { type Attempt, attempt } from './attempt.ts';
import { converse, sendAndExpect } from './conversation.ts';
import { presets } from './presets/presets.ts';
import type { ProbeKind, ProbeOutcome } from './probe.ts';
import { openPlain, openSecure, secure, type TlsDemands } from './stream.ts';

type Config = ConfigOf<'tls'>;

/** Succeeds when the handshake is made, the certificate is as demanded, and what was expected has come. */
export const tls: ProbeKind<Config> = {
  run(config, target, signal) {
    return attempt(signal, (current) => {
      const { settle, guard } = current;
      const source = sourceFor(config, target.address);
      const protocol = config.preset && presets[config.preset];
      const onReady = (secured: TLSSocket): void => talk(secured, config, current);
      const startTls = protocol?.startTls;
      if (startTls === undefined) {
        openSecure(target, source, demandsOf(config), current, onReady);
        return;
      }
      // What is said in the clear ends with the endpoint's consent.
      const socket = openPlain(target, source, current);
      const onConsent = (outcome: ProbeOutcome): void => {
        if (!outcome.ok) settle(outcome);
        else {
          if (protocol?.tlsRequest !== undefined) socket.write(protocol.tlsRequest);
          secure(socket, target.address, demandsOf(config), current, onReady);
        }
      };
      const onConnect = guard(() => converse(socket, startTls, current, onConsent));
      socket.once('connect', onConnect);
    });
  },
};

function demandsOf({ sni, verify, daysLeft, ca, alpn }: Config): TlsDemands {
  const protocols = { alpn: alpn === undefined ? [] : [alpn], mustAgree: alpn !== undefined };
  return { name: sni, verify, daysLeft, ca, ...protocols };
}

function talk(secured: TLSSocket, { preset, send, expect }: Config, current: Attempt): void {
  const protocol = preset && presets[preset];
  // A server that has greeted in the clear says nothing more until somebody logs in.
  if (protocol?.isGreetedFirst) current.settle({ ok: true });
  else converse(secured, protocol?.greeting ?? sendAndExpect(send, expect), current, current.settle);
}

import { type ConfigOf, sourceFor } from '../../health/schema.ts';
import { attempt } from './attempt.ts';
import { converse, sendAndExpect } from './conversation.ts';
import { presets } from './presets/presets.ts';
import type { ProbeKind } from './probe.ts';
import { openPlain } from './stream.ts';

/** Succeeds when the connection is made, and what was expected on it has come. */
export const tcp: ProbeKind<ConfigOf<'tcp'>> = {
  run(config, target, signal) {
    return attempt(signal, (current) => {
      const { preset, send, expect } = config;
      const conversation = preset === undefined ? sendAndExpect(send, expect) : presets[preset].greeting;
      const socket = openPlain(target, sourceFor(config, target.address), current);
      const onConnect = current.guard(() => converse(socket, conversation, current, current.settle));
      socket.once('connect', onConnect);
    });
  },
};

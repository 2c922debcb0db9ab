import { Connection } from './connection.ts';
import { Listener } from './listener.ts';
import type { Transport } from './transport.ts';

/** DNS over TCP (RFC 7766). */
export const tcp: Transport = {
  open: (plane, listen) =>
    Listener.open(plane, listen, (socket, seat) => void new Connection(plane, socket, seat, false)),
};

import type { Socket } from 'node:net';
import { knowsPeers, peerCredentials } from '../control/listening/peer-credentials.ts';
import { userName } from '../util/user-name.ts';

/** Together with a user's name it has to fit where `who` is kept. */
const CLAIM_LENGTH_MAX = 100;

/**
 * Who asks over a Unix socket: the user as whom the other end runs, as the kernel has it. What he says of himself is
 * added where it differs (`root (says ann)`, behind sudo), and is all there is where the machine does not know.
 * @returns for what somebody claims, who it is. Call it while the connection is open.
 */
export function whoAsks(socket: Socket): (claim: string) => string {
  const peer = peerCredentials(socket);
  const user = peer === undefined ? undefined : userName(peer.uid);
  return (claim) => {
    const said = claim.slice(0, CLAIM_LENGTH_MAX);
    if (user === undefined) return knowsPeers() ? says('nobody known', said) : said;
    return says(user, said);
  };
}

function says(user: string, claim: string): string {
  return claim === '' || claim === user ? user : `${user} (says ${claim})`;
}

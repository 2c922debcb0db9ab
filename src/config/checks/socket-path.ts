import { dirname, resolve } from 'node:path';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import { textOf } from '../reading/written.ts';

/** sockaddr_un of Linux has 108 octets for a path, the last of which ends it. */
const SOCKET_PATH_OCTETS_MAX = 107;

/** A socket whose path no system call would take: found only at a start otherwise. */
export function checkSocketPath(document: Document): readonly Problem[] {
  const written = textOf(document.value, 'admin', 'socket');
  if (written === undefined) return [];
  const octets = Buffer.byteLength(resolve(dirname(document.file), written));
  if (octets <= SOCKET_PATH_OCTETS_MAX) return [];
  const expected = `the path of a Unix socket: at most ${SOCKET_PATH_OCTETS_MAX} octets, and this one has ${octets} in all`;
  return [document.atValue(['admin', 'socket'], 'bad-value', expected)];
}

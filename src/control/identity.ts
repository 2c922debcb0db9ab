import { stat } from 'node:fs/promises';

/** Tells versions of a file apart without reading it. Every file that is not there has the same identity. */
export async function fileIdentity(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? 'absent' : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`;
}

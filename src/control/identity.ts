import { stat } from 'node:fs/promises';

/** What tells one content of a file from another without reading it; the same word for every file that is not there. */
export async function fileIdentity(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? 'absent' : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`;
}

import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts a file in place of the one that is there, so that whoever reads it sees the old one or the new one, whole, and a
 * power cut leaves one of both. Rejects where that can't be done; what was there stays then.
 */
export async function writeDurably(path: string, text: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  // The name is in the folder: without this a power cut may take it back.
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

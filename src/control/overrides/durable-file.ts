import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file so that every reader sees all of the old one or all of the new one, and so that a power cut leaves
 * one of the two. If it rejects, the old file is still there.
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
  // The folder holds the name: without this, a power cut may take it back.
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

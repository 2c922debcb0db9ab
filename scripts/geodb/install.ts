import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { readDatabase } from '../../src/geo/mmdb.ts';
import { formatProblem } from '../../src/util/problem.ts';

/** What the user can do something about; its message is all that is printed. */
export class GeodbError extends Error {}

/**
 * Puts a database at `file` if Aya can read it, in one step: a server that reloads meanwhile finds the old or the new one, never
 * half of one. Gives whether the file changed.
 */
export async function install(bytes: Buffer, file: string): Promise<boolean> {
  const current = await readFile(file).catch(() => undefined);
  if (current?.equals(bytes)) return false;
  const database = readDatabase(bytes, file);
  if (!database.ok) throw new GeodbError(`not installed: ${database.problems.map(formatProblem).join('\n')}`);
  // Beside its place, because a rename works only within a file system; by process, because two may run at once.
  const temporary = `${file}.${process.pid}.new`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  return true;
}

import { access, rename } from 'node:fs/promises';

/** A fault that comes again must not fill the disk. The first file has what was learned for longest. */
const KEPT_MAX = 3;

/**
 * Moves a file that can't be read out of the way, beside those that were before: somebody may mend them. Where as many
 * as are kept are there, it takes the place of the last, never of the first. Gives its new path; rejects where it can't
 * be moved.
 */
export async function setAside(file: string): Promise<string> {
  const paths = Array.from({ length: KEPT_MAX }, (_, at) => (at === 0 ? `${file}.unread` : `${file}.unread.${at + 1}`));
  const taken = await Promise.all(paths.map(isThere));
  const aside = paths[taken.indexOf(false)] ?? paths.at(-1)!;
  await rename(file, aside);
  return aside;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

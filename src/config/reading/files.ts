import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quote } from './document.ts';

/** Aya's own folder, where the databases that come with it lie. */
export const OWN_FOLDER = fileURLToPath(new URL('../../..', import.meta.url));

/** Why a file could not be had, as the parts of a problem that do not depend on who named it. */
export interface FileFault {
  readonly code: 'no-such-file' | 'not-readable';
  readonly found: string;
  readonly expected: string;
}

export type FileText =
  | { readonly ok: true; readonly path: string; readonly text: string }
  | { readonly ok: false; readonly fault: FileFault };
export type FoundFile =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly fault: FileFault };

const TEXT_FILE = 'a text file in UTF-8 that may be read';

/**
 * Reads files and keeps a list of all it tried, so that a change of any of them (its creation, too) can start a reload.
 */
export class Files {
  readonly #tried = new Set<string>();

  /** Absolute paths, in the order they were first tried. */
  get tried(): readonly string[] {
    return [...this.#tried];
  }

  /** The first of the folders in which there is such a file. An absolute path is taken as it is. */
  find(path: string, folders: readonly string[]): FoundFile {
    const candidates = [...new Set(folders.map((folder) => resolve(folder, path)))];
    for (const candidate of candidates) {
      this.#tried.add(candidate);
      const kind = kindOf(candidate);
      if (kind === 'file') return { ok: true, path: candidate };
      if (kind !== 'none') return { ok: false, fault: notReadable(candidate, kind, 'a file that may be read') };
    }
    return {
      ok: false,
      fault: { code: 'no-such-file', found: quote(path), expected: `a file: looked for ${candidates.join(', ')}` },
    };
  }

  /** The text of a file in UTF-8. */
  readText(path: string): FileText {
    this.#tried.add(path);
    const kind = kindOf(path);
    if (kind === 'none') return { ok: false, fault: { code: 'no-such-file', found: quote(path), expected: 'a file' } };
    if (kind !== 'file') return { ok: false, fault: notReadable(path, kind, TEXT_FILE) };
    try {
      return { ok: true, path, text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
    } catch (error) {
      const isEncoding = error instanceof TypeError;
      return {
        ok: false,
        fault: notReadable(path, isEncoding ? 'octets that are not UTF-8' : (error as Error).message, TEXT_FILE),
      };
    }
  }
}

function notReadable(path: string, found: string, expected: string): FileFault {
  return { code: 'not-readable', found: `${quote(path)}: ${found}`, expected };
}

/** `file`, `none`, or what is there instead. Asked before reading: to open a pipe would wait for its writer. */
function kindOf(path: string): string {
  try {
    const stat = statSync(path);
    if (stat.isFile()) return 'file';
    return stat.isDirectory() ? 'a directory' : 'no regular file';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'none' : message;
  }
}

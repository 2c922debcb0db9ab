import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ProbeConfig } from '../health/schema.ts';
import type { Problem } from '../util/problem.ts';
import { type Document, quote } from './reading/document.ts';
import type { Files } from './reading/files.ts';
import type { Path } from './reading/path.ts';
import { entriesIn, written } from './reading/written.ts';

/** What the probes of a document need of the disk. */
export interface ProbeFiles {
  /** Absolute paths, by how they are written. */
  readonly paths: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const WITH_AUTHORITIES = ['https', 'tls', 'grpc'] as const;

/** Finds the files that probes name: authorities, programs, files of states. */
export function findProbeFiles(document: Document, files: Files): ProbeFiles {
  const paths = new Map<string, string>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const [name, probe] of entriesIn(written(document.value, 'probes'))) {
    const places: Path[] = WITH_AUTHORITIES.map((kind) => [kind, 'ca']);
    for (const place of [...places, ['exec', 'command', 0]]) {
      const text = textAt(probe, place);
      if (text === undefined) continue;
      const at = ['probes', name, ...place];
      const found = files.find(text, [dirname(document.file), process.cwd()]);
      if (found.ok) paths.set(text, found.path);
      else problems.push(document.atValue(at, found.fault.code, found.fault.expected, found.fault.found));
      if (found.ok && place[0] === 'exec' && !isExecutable(found.path))
        problems.push(document.atValue(at, 'not-executable', 'a program that may be run', quote(found.path)));
      if (found.ok && place[1] === 'ca' && !hasCertificate(files, found.path))
        problems.push(document.atValue(at, 'bad-certificate', 'a file of certificates in PEM', quote(found.path)));
    }
    const states = textAt(probe, ['file', 'path']);
    if (states === undefined) continue;
    // Another program's: it may come later, and a change of it is no change of the configuration.
    const path = resolve(dirname(document.file), states);
    paths.set(states, path);
    if (existsSync(path)) continue;
    const expected = `a file: until ${path} is there, its probe finds nothing`;
    warnings.push(document.atValue(['probes', name, 'file', 'path'], 'no-state-file', expected));
  }
  return { paths, problems, warnings };
}

/** A probe with its paths absolute. */
export function withAbsolutePaths(probe: ProbeConfig, paths: ReadonlyMap<string, string>): ProbeConfig {
  const absolute = (path: string): string => paths.get(path) ?? path;
  switch (probe.kind) {
    case 'file':
      return { ...probe, path: absolute(probe.path) };
    case 'exec': {
      const [program, ...args] = probe.command;
      return { ...probe, command: [absolute(program), ...args] };
    }
    case 'https':
    case 'tls':
    case 'grpc':
      return probe.ca === undefined ? probe : { ...probe, ca: absolute(probe.ca) };
    default:
      return probe;
  }
}

function textAt(probe: unknown, [kind, key, index]: Path): string | undefined {
  const value = written(probe, String(kind), String(key));
  const text: unknown = index === undefined ? value : Array.isArray(value) && value[Number(index)];
  return typeof text === 'string' && text !== '' && !text.includes('\0') ? text : undefined;
}

/** Node.js takes a file without any for one that trusts nobody: every endpoint would be down. */
function hasCertificate(files: Files, path: string): boolean {
  const read = files.readText(path);
  try {
    return read.ok && new X509Certificate(read.text).raw.length > 0;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { dirname } from 'node:path';
import { lowerCaseName, nameFromText, nameToText, ROOT, type WireName } from '../dns/name.ts';
import type { Problem } from '../util/problem.ts';
import { loadZone, type ReadInclude, type Zone } from '../zone/zone.ts';
import { findUndelegated } from './checks/delegations.ts';
import { expectedName } from './checks/references.ts';
import { type Document, quote } from './reading/document.ts';
import type { Files } from './reading/files.ts';
import type { Path } from './reading/path.ts';
import { entriesIn, written } from './reading/written.ts';

export interface LoadedZones {
  readonly zones: readonly Zone[];
  /** The names in SERVICE records of all zones, broken ones included. */
  readonly services: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  /** What is no mistake, and probably not what was meant either. */
  readonly warnings: readonly Problem[];
}

interface Loading {
  readonly zones: Zone[];
  readonly services: Set<string>;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  readonly cnameServices: ReadonlySet<string>;
}

/** A zone's text and how its lines lie in the files of the operator. */
interface Source {
  readonly text: string;
  readonly file: string;
  /** Turns a place in the text into one in its file. */
  place<T extends Place>(place: T): T;
}

interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Reads every zone that the document names, as far as that goes, and looks up the services they name. */
export function loadZones(document: Document, files: Files): LoadedZones {
  const out: Loading = {
    zones: [],
    services: new Set(),
    problems: [],
    warnings: [],
    cnameServices: cnameServicesIn(document),
  };
  const { problems } = out;
  /** By apex, the zone's name as it is written. */
  const apexes = new Map<WireName, string>();
  for (const [name, body] of entriesIn(written(document.value, 'zones'))) {
    const path = ['zones', name];
    const parsed = nameFromText(name, ROOT);
    if (!parsed.ok) problems.push(document.atKey(path, 'bad-zone-name', `a domain name (${parsed.reason})`));
    const apex = parsed.ok ? lowerCaseName(parsed.name) : undefined;
    if (apex !== undefined && apexes.has(apex)) {
      problems.push(document.atKey(path, 'duplicate-zone', `each zone once: ${nameToText(apex)} is above already`));
    }
    if (apex !== undefined) apexes.set(apex, name);
    const source = openSource(document, path, body, files, problems);
    if (source !== undefined && apex !== undefined) loadOne(source, apex, document, files, out);
  }
  for (const { parent, child } of findUndelegated(out.zones)) {
    const expected = `NS records at ${nameToText(child)} in ${nameToText(parent)}, which is served, too`;
    out.warnings.push(document.atKey(['zones', apexes.get(child) ?? ''], 'missing-delegation', expected));
  }
  return out;
}

/** Services with an endpoint that is a CNAME. */
function cnameServicesIn({ value }: Document): ReadonlySet<string> {
  const hasCname = (service: unknown): boolean =>
    entriesIn(written(service, 'endpoints')).some(([, endpoint]) => written(endpoint, 'cname') !== undefined);
  return new Set(entriesIn(written(value, 'services')).flatMap(([name, service]) => (hasCname(service) ? name : [])));
}

function loadOne(source: Source, apex: WireName, document: Document, files: Files, out: Loading): void {
  const { cnameServices } = out;
  const options = { apex, file: source.file, readInclude: includeReader(files), cnameServices };
  const { zone, problems, warnings, services } = loadZone(source.text, options);
  for (const problem of problems) out.problems.push(source.place(problem));
  for (const warning of warnings) out.warnings.push(source.place(warning));
  if (zone !== undefined) out.zones.push(zone);
  // A broken zone names services, too.
  for (const reference of services) {
    const { name, file, line, column } = source.place(reference);
    const expected = expectedName(document.value, 'service', name);
    if (expected !== undefined)
      out.problems.push({ code: 'undefined-service', file, line, column, found: quote(name), expected });
    out.services.add(name);
  }
}

function openSource(
  document: Document,
  path: Path,
  body: unknown,
  files: Files,
  problems: Problem[],
): Source | undefined {
  const records = written(body, 'records');
  if (typeof records === 'string') return inlineSource(document, [...path, 'records'], records);
  const file = written(body, 'file');
  if (typeof file !== 'string') return undefined;
  const found = files.find(file, [dirname(document.file), process.cwd()]);
  const read = found.ok ? files.readText(found.path) : found;
  if (read.ok) return { text: read.text, file: read.path, place: (place) => place };
  const { code, expected, found: what } = read.fault;
  problems.push(document.atValue([...path, 'file'], code, expected, what));
  return undefined;
}

/** Text inside the document: a literal block's lines are those of the file, shifted; other scalars are one place. */
function inlineSource(document: Document, path: Path, text: string): Source {
  const { file } = document;
  const start = document.blockStart(path);
  const { line, column } = document.atValue(path, '', '');
  return {
    text,
    file,
    place(place) {
      if (place.file !== file) return place;
      if (start === undefined) return { ...place, line, column };
      return { ...place, line: start.line + (place.line ?? 1) - 1, column: start.column + (place.column ?? 1) - 1 };
    },
  };
}

/** $INCLUDE names a file beside the one it stands in, as $INCLUDE in the configuration's own records does. */
function includeReader(files: Files): ReadInclude {
  return (path, fromFile) => {
    const found = files.find(path, [dirname(fromFile), process.cwd()]);
    if (!found.ok) return { ok: false, reason: found.fault.expected };
    const read = files.readText(found.path);
    return read.ok ? { ok: true, text: read.text, file: read.path } : { ok: false, reason: read.fault.found };
  };
}

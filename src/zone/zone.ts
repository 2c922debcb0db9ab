import { isSubdomain, lowerCaseName, nameToText, type WireName } from '../dns/name.ts';
import type { Problem } from '../util/problem.ts';
import { checkZone } from './checks.ts';
import { parseMasterFile, type ReadInclude } from './masterfile.ts';
import { nodesOf, type ZoneNode } from './node.ts';
import { PackedNodes } from './packed-nodes.ts';
import type { MasterFile, ServiceRecord } from './scope.ts';
import { warnOfZone } from './warnings.ts';

export type { ReadInclude } from './masterfile.ts';
export type { RRset, ServiceReference, ZoneNode } from './node.ts';

export interface Zone {
  /** In lower case, as all owners are. */
  readonly apex: WireName;
  /**
   * Owners that have data, each once, zone cuts and what is below them included. Empty non-terminals are not among
   * them.
   */
  readonly nodes: Iterable<readonly [WireName, ZoneNode]>;
  /** Every file the zone was read from, included ones too, each once. */
  readonly files: readonly string[];
}

export interface ZoneOptions {
  /** The zone's name; the file's first $ORIGIN, too. */
  readonly apex: WireName;
  /** The name of the file in problems. */
  readonly file: string;
  readonly readInclude: ReadInclude;
  /** Services that may be answered with a CNAME. */
  readonly cnameServices?: ReadonlySet<string>;
}

export interface LoadedZone {
  /** Only where there is no problem at all. */
  readonly zone?: Zone;
  /** As `Zone.files`, but always there, so that a mended include can be waited for. */
  readonly files: readonly string[];
  /** File by file in the order they were read, line by line. */
  readonly problems: readonly Problem[];
  /** What can be served, but is probably not what was meant, in the same order; none if there are problems. */
  readonly warnings: readonly Problem[];
  /** Every SERVICE record that could be read, problems or not. */
  readonly services: readonly ServiceRecord[];
}

/** Reads a zone from the text of its master file, and checks that it can be served. */
export function loadZone(text: string, options: ZoneOptions): LoadedZone {
  const apex = lowerCaseName(options.apex);
  const read = parseMasterFile(text, { origin: apex, file: options.file, readInclude: options.readInclude });
  const files = [...new Set(read.files)];
  const { records, services, problems: outOfZone } = withinZone(read, apex);
  const nodes = nodesOf(records, services);
  const { file, cnameServices = new Set() } = options;
  const zone = { apex, nodes, records, services, unreadTypes: read.unreadTypes, file };
  const problems = [...read.problems, ...outOfZone, ...checkZone(zone)].sort(byPlace(files));
  if (problems.length > 0) return { files, problems, warnings: [], services: read.services };
  const warnings = warnOfZone(zone, cnameServices).sort(byPlace(files));
  return { zone: { apex, nodes: new PackedNodes(nodes), files }, files, problems, warnings, services: read.services };
}

/** Sorts out what is not at or below the apex. */
function withinZone(read: MasterFile, apex: WireName): Pick<MasterFile, 'records' | 'services' | 'problems'> {
  const problems: Problem[] = [];
  const isWithin = ({ owner, file, line }: MasterFile['records'][number] | MasterFile['services'][number]) => {
    if (isSubdomain(owner, apex)) return true;
    const expected = `an owner at or below ${nameToText(apex)}`;
    problems.push({ code: 'out-of-zone', file, line, found: nameToText(owner), expected });
    return false;
  };
  return { records: read.records.filter(isWithin), services: read.services.filter(isWithin), problems };
}

function byPlace(files: readonly string[]): (a: Problem, b: Problem) => number {
  const order = new Map(files.map((file, i) => [file, i]));
  const fileOrder = ({ file = '' }: Problem) => order.get(file) ?? 0;
  return (a, b) => fileOrder(a) - fileOrder(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

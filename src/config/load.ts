import { dirname, resolve } from 'node:path';
import { assert } from '../util/assert.ts';
import type { Problem } from '../util/problem.ts';
import { buildConfig } from './build.ts';
import { loadKeyPair } from './certificate.ts';
import { checkConflicts } from './checks/conflicts.ts';
import { findDoubles } from './checks/doubles.ts';
import { checkFences } from './checks/fences.ts';
import { findFewerRegions, findIdleSteps, findUncovered } from './checks/idle-steps.ts';
import { checkLatencyFile } from './checks/latency-file.ts';
import { checkServiceLoops } from './checks/leads.ts';
import { checkNames } from './checks/names.ts';
import { checkProbeKeys } from './checks/probe-keys.ts';
import { checkProbeLoops } from './checks/probe-loops.ts';
import { checkReferences } from './checks/references.ts';
import { checkRegionProbes } from './checks/region-probes.ts';
import { findMisplaced, regionsIn } from './checks/regions.ts';
import { checkSafety } from './checks/safety.ts';
import { checkSizes } from './checks/sizes.ts';
import { checkSocketPath } from './checks/socket-path.ts';
import { checkTests } from './checks/tests-references.ts';
import { findUnused } from './checks/usage.ts';
import type { Config, PlacedTest } from './config.ts';
import { findProbeFiles } from './probe-files.ts';
import { findQueryLogFolder } from './query-log.ts';
import { readCountries } from './reading/countries.ts';
import type { Document } from './reading/document.ts';
import { Files, OWN_FOLDER } from './reading/files.ts';
import { expectedOf, problemsOfAll } from './reading/issues.ts';
import type { Path } from './reading/path.ts';
import { textsIn, written } from './reading/written.ts';
import { parseYaml } from './reading/yaml.ts';
import { configSchema } from './schema/schema.ts';
import { loadZones } from './zones.ts';

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Problem[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** All files that were read or looked for, absolute: a change of any of them may solve the problem. */
      readonly files: readonly string[];
    };

/** Checks of the document as it is written. They do not depend on each other, so no mistake hides another. */
const checks: readonly ((document: Document) => readonly Problem[])[] = [
  checkNames,
  checkReferences,
  checkServiceLoops,
  checkSizes,
  checkProbeKeys,
  checkProbeLoops,
  checkRegionProbes,
  checkConflicts,
  checkSafety,
  checkSocketPath,
  checkTests,
];

/**
 * Reads a configuration and all files that it names, except databases, of which it only checks that they exist.
 * Problems and warnings are sorted by file, line and column, with absolute paths. No input makes it throw.
 */
export async function loadConfig(file: string, nowMs = Date.now()): Promise<LoadedConfig> {
  const files = new Files();
  const path = resolve(file);
  const read = files.readText(path);
  if (!read.ok) return { ok: false, problems: [{ file: path, ...read.fault }], files: files.tried };
  const { document, problems } = parseYaml(read.text, path);
  if (document === undefined) return { ok: false, problems: sorted(problems), files: files.tried };
  return loadDocument(document, problems, files, nowMs);
}

function loadDocument(document: Document, ofSyntax: readonly Problem[], files: Files, nowMs: number): LoadedConfig {
  const valid = configSchema.safeParse(document.value, { error: expectedOf });
  const countries = readCountries();
  const databases = findDatabases(document, files);
  const zones = loadZones(document, files);
  const { pair, ...ofPair } = loadKeyPair(document, files, nowMs);
  const ofProbes = findProbeFiles(document, files);
  const problems = [
    ...ofSyntax,
    ...problemsOfAll(valid.error?.issues ?? [], document),
    ...checks.flatMap((check) => check(document)),
    ...(countries.ok ? checkFences(document, regionsIn(document, countries.value)) : countries.problems),
    ...databases.problems,
    ...zones.problems,
    ...ofPair.problems,
    ...ofProbes.problems,
    ...checkLatencyFile(document, files.tried),
  ];
  if (problems.length > 0) return { ok: false, problems: sorted(problems), files: files.tried };
  assert(valid.success && countries.ok, 'a document without problems is valid');
  const surroundings = {
    file: document.file,
    files: files.tried,
    databases: databases.paths,
    zones: zones.zones,
    countries: countries.value,
    pair,
    probePaths: ofProbes.paths,
    namedServices: zones.services,
    tests: valid.data.tests.map((test, index) => ({ test, place: placeOf(document, ['tests', index]) })),
  };
  const config = buildConfig(valid.data, surroundings);
  return {
    ok: true,
    config,
    warnings: sorted([
      ...findUnused(document, zones.services),
      ...findQueryLogFolder(document),
      ...findDoubles(document),
      ...findIdleSteps(document, config),
      ...findUncovered(document, config),
      ...findFewerRegions(document, config),
      ...findMisplaced(document, countries.value),
      ...zones.warnings,
      ...ofPair.warnings,
      ...ofProbes.warnings,
    ]),
  };
}

function placeOf(document: Document, path: Path): PlacedTest['place'] {
  const { file = document.file, line = 1, column = 1 } = document.atValue(path, '', '');
  return { file, line, column };
}

/** The databases' absolute paths. One that comes with Aya need not be copied beside every configuration. */
function findDatabases(document: Document, files: Files): { paths: readonly string[]; problems: readonly Problem[] } {
  const paths: string[] = [];
  const problems: Problem[] = [];
  for (const { text, path } of textsIn(written(document.value, 'geo', 'databases'))) {
    const found = files.find(text, [dirname(document.file), process.cwd(), OWN_FOLDER]);
    if (found.ok) {
      paths.push(found.path);
    } else {
      const { code, expected, found: what } = found.fault;
      problems.push(document.atValue(['geo', 'databases', ...path], code, expected, what));
    }
  }
  return { paths, problems };
}

function sorted(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) => compare(a.file ?? '', b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

// By code unit, not by the locale of the machine: the same order everywhere.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

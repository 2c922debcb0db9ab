import type { Present } from '../../src/compile/present.ts';
import { CompiledWorld } from '../../src/compile/world.ts';
import type { Config } from '../../src/config/config.ts';
import type { CountryTable } from '../../src/geo/countries.ts';
import type { GeoMap } from '../../src/geo/geomap.ts';
import { type Explained, explain } from '../../src/inspect/explain.ts';
import type { Explanation, SteeringNote } from '../../src/inspect/explanation.ts';
import { assumedPresent } from '../../src/inspect/presents.ts';
import type { SteeredType, Subject } from '../../src/inspect/subject.ts';
import { configOf, mapOf, type SteeredDocument } from './steered-config.ts';

const country = (code: string, continent: string, latitude: number, longitude: number) =>
  [code, { code, continent, latitude, longitude, name: code }] as const;

const COUNTRIES: CountryTable = new Map([
  country('DE', 'EU', 51, 10),
  country('IE', 'EU', 53, -8),
  country('US', 'NA', 39, -98),
  country('JP', 'AS', 36, 138),
]);

/** What there is to inspect of a document, each of its services at a name below example.com. */
export function subjectOf(document: SteeredDocument, databases: Parameters<typeof mapOf>[1] = []): Subject {
  const config = configOf(document);
  return subjectIn(config, mapOf(config, databases));
}

export function subjectIn(config: Config, map: GeoMap): Subject {
  return { config, map, world: new CompiledWorld(config, map), countries: COUNTRIES };
}

export interface Why {
  readonly type?: SteeredType;
  readonly down?: readonly string[];
  readonly present?: Present;
  readonly nowMs?: number;
}

export function ask(subject: Subject, name: string, from: string, why: Why = {}): Explained {
  const { type = 'A', down = [], nowMs = 0, present = assumedPresent(nowMs) } = why;
  return explain(subject, { name, from, type, down, present });
}

/** Throws where the question makes no sense: the test is wrong about it. */
export function explained(subject: Subject, name: string, from: string, why: Why = {}): Explanation {
  const answer = ask(subject, name, from, why);
  if (!answer.ok) throw new Error(`${answer.part}: ${answer.found}: expected ${answer.expected}`);
  return answer.explanation;
}

/** Throws where no service answers. */
export function steered(subject: Subject, name: string, from: string, why: Why = {}): SteeringNote {
  const { steering, found } = explained(subject, name, from, why);
  if (steering === undefined) throw new Error(`${name}: ${found}`);
  return steering;
}

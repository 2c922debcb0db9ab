import { CompiledWorld } from '../compile/world.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { readCountries } from '../config/reading/countries.ts';
import { Geography } from '../control/geography/geography.ts';
import type { Subject } from '../inspect/subject.ts';
import type { Problem } from '../util/problem.ts';

export type LoadedSubject =
  | { readonly ok: true; readonly subject: Subject; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** Reads a configuration and its databases, and compiles it, as a server does before it serves. */
export async function loadSubject(file: string): Promise<LoadedSubject> {
  const geography = new Geography();
  geography.prepare();
  const loaded = await loadConfig(file);
  if (!loaded.ok) {
    await geography.stop();
    return { ok: false, problems: loaded.problems, warnings: [] };
  }
  const { config, warnings } = loaded;
  const countries = readCountries();
  const map = await geography.load(config.geo);
  const problems = [countries, map].flatMap((one) => (one.ok ? [] : one.problems));
  if (!countries.ok || !map.ok) return { ok: false, problems, warnings };
  const world = new CompiledWorld(config, map.value);
  return { ok: true, config, warnings, subject: { config, map: map.value, world, countries: countries.value } };
}

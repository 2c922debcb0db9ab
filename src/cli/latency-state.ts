import { readFile } from 'node:fs/promises';
import { loadConfig } from '../config/load.ts';
import { readCountries } from '../config/reading/countries.ts';
import { regionsOf } from '../control/latency/thread-settings.ts';
import type { CountryTable } from '../geo/countries.ts';
import { decodeState, regionsInState } from '../latency/learned/state.ts';
import { LatencyModel, type LatencyWorld } from '../latency/model.ts';
import { formatProblem } from '../util/problem.ts';

/** Why a state can't be had, for the operator. */
export class StateError extends Error {}

/** What a file has of every region that it knows. */
export async function readState(file: string): Promise<LatencyModel> {
  const bytes = await bytesOf(file);
  const regions = regionsInState(bytes);
  if (typeof regions === 'string') throw new StateError(`${file}: found ${regions}, expected a state of latency`);
  // Where they are matters to estimates alone.
  return modelOf(file, bytes, {
    regions: regions.map((name) => ({ name, latitude: 0, longitude: 0 })),
    countries: new Map(),
  });
}

/** What a file has, if there is one, of the regions of a configuration. */
export async function readStateFor(file: string, configFile: string): Promise<LatencyModel> {
  const loaded = await loadConfig(configFile);
  if (!loaded.ok) throw new StateError(loaded.problems.map(formatProblem).join('\n'));
  const world = { regions: regionsOf(loaded.config), countries: knownCountries() };
  const bytes = await bytesOf(file).catch((error: unknown) => {
    if (error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return undefined;
    throw error;
  });
  return bytes === undefined ? new LatencyModel(world) : modelOf(file, bytes, world);
}

/** Aya's own table of countries. */
export function knownCountries(): CountryTable {
  const countries = readCountries();
  if (!countries.ok) throw new StateError(countries.problems.map(formatProblem).join('\n'));
  return countries.value;
}

function modelOf(file: string, bytes: Uint8Array, world: LatencyWorld): LatencyModel {
  const model = new LatencyModel(world);
  const fault = decodeState(bytes, model.measured);
  if (fault !== undefined) throw new StateError(`${file}: found ${fault}, expected a state of latency`);
  return model;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new StateError((error as Error).message, { cause: error });
  }
}

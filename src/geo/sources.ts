import { readFile } from 'node:fs/promises';
import { Reader, type Response } from 'maxmind';
import { type Address, formatAddress } from '../net/address.ts';
import { embeddedAddress } from '../net/embedded.ts';
import type { Place } from './location.ts';
import { readPlace } from './place.ts';

/** What one database has of an address. */
export interface SourcePlace {
  readonly file: string;
  readonly place: Place;
}

/**
 * What each database by itself has of an address, for whoever asks where an answer comes from: a map of all of them no
 * longer knows. Read one after the other, as each may be large. A file that cannot be read any more has nothing.
 */
export async function placesInDatabases(files: readonly string[], address: Address): Promise<readonly SourcePlace[]> {
  const text = formatAddress(embeddedAddress(address) ?? address);
  const places: SourcePlace[] = [];
  for (const file of files) places.push({ file, place: await placeIn(file, text) });
  return places;
}

async function placeIn(file: string, address: string): Promise<Place> {
  try {
    return readPlace(new Reader<Response>(await readFile(file)).get(address));
  } catch {
    return {};
  }
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import type { Region } from '../../latency/reports/report.ts';
import type { ServedBlock } from '../../latency/serving/served.ts';

/**
 * What clients were sent by last is kept beside what is learned: a start goes on by it at once, and sends them where they
 * were, where a recompile of a million cells would have it wait for a minute. It can be made again, so what can't be read is
 * no fault: then the start waits.
 */
const HASH = 'sha256';
const HASH_OCTETS = 32;

export const keptEstimatesFile = (file: string): string => `${file}.served`;

/** Octets for a file; with a digest, since what reads them back must not be given others. */
export function encodeEstimates(block: ServedBlock): Uint8Array {
  const octets = serialize(block);
  return Buffer.concat([createHash(HASH).update(octets).digest(), octets]);
}

/** Undefined for octets that are broken, and for estimates of other regions. */
export function decodeEstimates(octets: Uint8Array, regions: readonly Region[]): ServedBlock | undefined {
  const body = octets.subarray(HASH_OCTETS);
  if (!createHash(HASH).update(body).digest().equals(octets.subarray(0, HASH_OCTETS))) return undefined;
  const block = deserialize(body) as ServedBlock;
  const isSame =
    regions.length === block.regions.length && regions.every((region, at) => isAlike(region, block.regions[at]!));
  return isSame ? block : undefined;
}

/** Those kept beside a file of what is learned; undefined where there are none that can be used. */
export async function readEstimates(file: string, regions: readonly Region[]): Promise<ServedBlock | undefined> {
  try {
    return decodeEstimates(await readFile(keptEstimatesFile(file)), regions);
  } catch {
    return undefined;
  }
}

function isAlike(one: Region, other: ServedBlock['regions'][number]): boolean {
  return one.name === other.name && one.latitude === other.latitude && one.longitude === other.longitude;
}

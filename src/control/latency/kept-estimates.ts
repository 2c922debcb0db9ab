import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import type { Region } from '../../latency/reports/report.ts';
import { PAIR_FIGURES, type ServedBlock } from '../../latency/serving/served-block.ts';

/**
 * What clients were sent by last is kept beside what is learned: a start goes on by it at once, and sends them where
 * they were, where a recompile of a million cells would have it wait for a minute. It can be made again, so what can't
 * be read is no fault: then the start waits. SHA-256 of the rest, what is small (of V8's serializer) behind its length
 * in 32 bits, and the arrays as they lie in memory, since nobody else reads them.
 */
const HASH = 'sha256';
const HASH_OCTETS = 32;
const LENGTH_OCTETS = 4;

/** How a block's arrays are kept: all that grow with the number of its rows. */
const ARRAYS = ['groups', ...PAIR_FIGURES] as const;

type Small = Omit<ServedBlock, (typeof ARRAYS)[number]> & { readonly groupCount: number };

export const keptEstimatesFile = (file: string): string => `${file}.served`;

/** Octets for a file, in parts: those of the block itself, where a copy of them would take as much again. */
export function* encodingEstimates(block: ServedBlock): Generator<Uint8Array, void, void> {
  const { regions, networks, addedMs, fit, groups } = block;
  const small = serialize({ regions, networks, addedMs, fit, groupCount: groups.length } satisfies Small);
  const length = Buffer.alloc(LENGTH_OCTETS);
  length.writeUInt32LE(small.length);
  const parts = [length, small, ...ARRAYS.map((name) => octetsOf(block[name]))];
  const hash = createHash(HASH);
  for (const part of parts) hash.update(part); // what reads them back must not be given others
  yield hash.digest();
  yield* parts;
}

/** Undefined for octets that are broken, and for estimates of other regions. */
export function decodeEstimates(octets: Uint8Array, regions: readonly Region[]): ServedBlock | undefined {
  const body = octets.subarray(HASH_OCTETS);
  if (!createHash(HASH).update(body).digest().equals(octets.subarray(0, HASH_OCTETS))) return undefined;
  const smallEnd = LENGTH_OCTETS + Buffer.from(body.buffer, body.byteOffset).readUInt32LE();
  const { groupCount, ...small } = deserialize(body.subarray(LENGTH_OCTETS, smallEnd)) as Small;
  const pairs = (groupCount + small.networks.length) * small.regions.length;
  const groups = new Float64Array(groupCount);
  const block: ServedBlock = {
    ...small,
    groups,
    ms: new Float32Array(pairs),
    uncertaintyMs: new Float16Array(pairs),
    samples: new Float16Array(pairs),
    ageHours: new Float16Array(pairs),
    sources: new Uint8Array(pairs),
  };
  let at = smallEnd;
  for (const name of ARRAYS) {
    const array = octetsOf(block[name]);
    array.set(body.subarray(at, at + array.length));
    at += array.length;
  }
  const isSame =
    regions.length === block.regions.length && regions.every((region, index) => isAlike(region, block.regions[index]!));
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

function octetsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function isAlike(one: Region, other: ServedBlock['regions'][number]): boolean {
  return one.name === other.name && one.latitude === other.latitude && one.longitude === other.longitude;
}

import { NO_COUNTRY } from './cell-key.ts';
import { cellRow, type Measured } from './measured.ts';
import type { PairRecord } from './records.ts';

/**
 * A saved model: octets that a later start reads back. All numbers little-endian.
 *
 *     "AYALAT", version u16, header length u32, header (JSON: the regions' names, the number of cells)
 *     each cell: key 2 x u32, ASN u32, country u16, seen u32 (s since 1970), number of pairs u8
 *     each pair: region u8, spread u8 (1/128), sources u16, ln ms f32, samples f32, seen u32
 */
const MAGIC = 'AYALAT';
const VERSION = 1;
const CELL_OCTETS = 19;
const PAIR_OCTETS = 16;
const SPREAD_STEPS = 128;

/** Whatever a header says: more regions than a model can have need no more. */
const HEADER_OCTETS_MAX = 1 << 20;

interface Header {
  readonly regions: readonly string[];
  readonly cells: number;
}

/** Octets that are written at a time: all at once they would take more memory than the model itself. */
const CHUNK_OCTETS = 1 << 20;

/** What was measured, as octets. Estimates are not in it: a recompile makes them again. */
export function encodeState(measured: Measured): Uint8Array {
  return Buffer.concat([...encodingState(measured)]);
}

/** {@link encodeState} in parts. */
export function* encodingState({ regions, cells, records }: Measured): Generator<Uint8Array, void, void> {
  const header = Buffer.from(JSON.stringify({ regions: regions.map(({ name }) => name), cells: cells.count }));
  const start = Buffer.alloc(MAGIC.length + 6);
  start.write(MAGIC, 'latin1');
  start.writeUInt16LE(VERSION, MAGIC.length);
  start.writeUInt32LE(header.length, MAGIC.length + 2);
  yield start;
  yield header;
  const cellOctetsMax = CELL_OCTETS + regions.length * PAIR_OCTETS;
  let view = new DataView(new ArrayBuffer(CHUNK_OCTETS));
  let at = 0;
  for (let cell = 0; cell < cells.count; cell++) {
    if (at + cellOctetsMax > CHUNK_OCTETS) {
      yield new Uint8Array(view.buffer, 0, at);
      view = new DataView(new ArrayBuffer(CHUNK_OCTETS)); // the one before is on its way
      at = 0;
    }
    const found = regions.flatMap((_, region) => records.get(cell * regions.length + region) ?? []);
    view.setUint32(at, cells.key(cell).high, true);
    view.setUint32(at + 4, cells.key(cell).low, true);
    view.setUint32(at + 8, cells.asn(cell), true);
    view.setUint16(at + 12, cells.country(cell), true);
    view.setUint32(at + 14, cells.seenSeconds(cell), true);
    view.setUint8(at + 18, found.length);
    at += CELL_OCTETS;
    for (const record of found) at = writePair(view, at, record, cell * regions.length);
  }
  yield new Uint8Array(view.buffer, 0, at);
}

function writePair(view: DataView, at: number, record: PairRecord, firstPair: number): number {
  view.setUint8(at, record.pair - firstPair);
  view.setUint8(at + 1, Math.round(record.spread * SPREAD_STEPS));
  view.setUint16(at + 2, record.witnesses, true);
  view.setFloat32(at + 4, record.lnMs, true);
  view.setFloat32(at + 8, record.count, true);
  view.setUint32(at + 12, record.seenSeconds, true);
  return at + PAIR_OCTETS;
}

/**
 * Adds what {@link encodeState} wrote to a model. Regions go by name: those that are no more are left out, new ones have nothing.
 * Returns why octets can't be read, having added nothing.
 */
export function decodeState(bytes: Uint8Array, measured: Measured): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = headerEnd(bytes, view);
  if (typeof start === 'string') return start;
  const header = readHeader(bytes.subarray(MAGIC.length + 6, start));
  if (header === undefined) return 'a header that is no list of regions';
  const fault = walk(
    view,
    start,
    header,
    () => {},
    () => {},
  );
  if (fault !== undefined) return fault;
  const { records, regionIndices } = measured;
  const columns = header.regions.map((name) => regionIndices.get(name));
  let row = 0;
  walk(
    view,
    start,
    header,
    (at) => {
      row = readCell(view, at, measured) * records.regionCount;
    },
    (at) => {
      const column = columns[view.getUint8(at)];
      if (column !== undefined) records.set(row + column, readPair(view, at));
    },
  );
  return undefined;
}

/** The regions of what {@link encodeState} wrote, or why it can't be read. */
export function regionsInState(bytes: Uint8Array): readonly string[] | string {
  const start = headerEnd(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (typeof start === 'string') return start;
  return readHeader(bytes.subarray(MAGIC.length + 6, start))?.regions ?? 'a header that is no list of regions';
}

function headerEnd(bytes: Uint8Array, view: DataView): number | string {
  const least = MAGIC.length + 6;
  if (bytes.length < least || Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC) {
    return 'something that no latency model wrote';
  }
  const version = view.getUint16(MAGIC.length, true);
  if (version !== VERSION) return `version ${version}`;
  const length = view.getUint32(MAGIC.length + 2, true);
  return length <= HEADER_OCTETS_MAX && least + length <= bytes.length ? least + length : 'a header cut short';
}

function readHeader(bytes: Uint8Array): Header | undefined {
  try {
    const { regions, cells } = JSON.parse(Buffer.from(bytes).toString()) as Partial<Header>;
    const isNames = Array.isArray(regions) && regions.every((name) => typeof name === 'string');
    return isNames && Number.isSafeInteger(cells) && cells! >= 0 ? { regions, cells: cells! } : undefined;
  } catch {
    return undefined;
  }
}

/** Goes from cell to cell and pair to pair; says why where they do not end at the end, or a value can't be. */
function walk(
  view: DataView,
  start: number,
  { regions, cells }: Header,
  takeCell: (at: number) => void,
  takePair: (at: number) => void,
): string | undefined {
  let at = start;
  for (let cell = 0; cell < cells; cell++) {
    if (at + CELL_OCTETS > view.byteLength) return `${cell} cells of ${cells}`;
    takeCell(at);
    const end = at + CELL_OCTETS + view.getUint8(at + 18) * PAIR_OCTETS;
    if (end > view.byteLength) return `${cell} cells of ${cells}`;
    for (at += CELL_OCTETS; at < end; at += PAIR_OCTETS) {
      const { lnMs, count } = readPair(view, at);
      if (view.getUint8(at) >= regions.length || !Number.isFinite(lnMs) || !(count >= 0))
        return `a broken cell ${cell}`;
      takePair(at);
    }
  }
  return at === view.byteLength ? undefined : 'more than its cells';
}

function readCell(view: DataView, at: number, measured: Measured): number {
  const key = { high: view.getUint32(at, true), low: view.getUint32(at + 4, true) };
  const country = view.getUint16(at + 12, true);
  const membership = { asn: view.getUint32(at + 8, true), country: country <= 676 ? country : NO_COUNTRY };
  return cellRow(measured, key, membership, view.getUint32(at + 14, true) * 1000);
}

function readPair(view: DataView, at: number): Omit<PairRecord, 'pair'> {
  return {
    lnMs: view.getFloat32(at + 4, true),
    count: view.getFloat32(at + 8, true),
    spread: view.getUint8(at + 1) / SPREAD_STEPS,
    witnesses: view.getUint16(at + 2, true),
    seenSeconds: view.getUint32(at + 12, true),
  };
}

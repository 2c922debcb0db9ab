import { createHash } from 'node:crypto';
import { COUNTRY_MAX, isNetwork, NO_COUNTRY } from './cell-key.ts';
import type { Cells } from './cells.ts';
import { cellRow, type Measured } from './measured.ts';
import { type PairRecord, TOLD_SPREAD } from './pair-record.ts';
import { CELL, DIGEST, HEADER_AT, type Header, MAGIC, PAIR, SPREAD_STEPS, VERSION } from './state-layout.ts';
import { headerIn, StateReader, type StateVisitor } from './state-reader.ts';

/** Octets that are written at a time: all at once they would take more memory than the model itself. */
const CHUNK_OCTETS = 1 << 20;

/** What was measured, as octets (state-layout.ts). Estimates are not in it: a recompile makes them again. */
export function encodeState(measured: Measured): Uint8Array {
  return Buffer.concat([...encodingState(measured)]);
}

/** {@link encodeState} in parts. Reports may come in between them: cells that are new by then are left out. */
export function* encodingState(measured: Measured): Generator<Uint8Array, void, void> {
  const digest = createHash(DIGEST);
  for (const part of encodingCells(measured)) {
    digest.update(part);
    yield part;
  }
  yield digest.digest();
}

function* encodingCells({ regions, cells, records }: Measured): Generator<Uint8Array, void, void> {
  const { count } = cells;
  const header = Buffer.from(JSON.stringify({ regions: regions.map(({ name }) => name), cells: count }));
  const start = Buffer.alloc(HEADER_AT);
  start.write(MAGIC, 'latin1');
  start.writeUInt16LE(VERSION, MAGIC.length);
  start.writeUInt32LE(header.length, MAGIC.length + 2);
  yield start;
  yield header;
  const cellOctetsMax = CELL.OCTETS + regions.length * PAIR.OCTETS;
  let view = new DataView(new ArrayBuffer(CHUNK_OCTETS));
  let at = 0;
  for (let cell = 0; cell < count; cell++) {
    if (at + cellOctetsMax > CHUNK_OCTETS) {
      yield new Uint8Array(view.buffer, 0, at);
      view = new DataView(new ArrayBuffer(CHUNK_OCTETS)); // the one before is on its way
      at = 0;
    }
    const found = regions.flatMap((_, region) => records.get(cell * regions.length + region) ?? []);
    writeCell(view, at, cells, cell);
    view.setUint8(at + CELL.PAIRS, found.length);
    at += CELL.OCTETS;
    for (const record of found) {
      writePair(view, at, record, record.pair - cell * regions.length);
      at += PAIR.OCTETS;
    }
  }
  yield new Uint8Array(view.buffer, 0, at);
}

function writeCell(view: DataView, at: number, cells: Cells, cell: number): void {
  const { high, low } = cells.key(cell);
  view.setUint32(at + CELL.KEY_HIGH, high, true);
  view.setUint32(at + CELL.KEY_LOW, low, true);
  view.setUint32(at + CELL.ASN, cells.asn(cell), true);
  view.setUint16(at + CELL.COUNTRY, cells.country(cell), true);
  view.setUint32(at + CELL.SEEN, cells.seenSeconds(cell), true);
}

function writePair(view: DataView, at: number, record: PairRecord, region: number): void {
  view.setUint8(at + PAIR.REGION, region);
  view.setUint8(at + PAIR.SPREAD, Math.round(record.spread * SPREAD_STEPS));
  view.setUint16(at + PAIR.SOURCES, record.witnesses, true);
  view.setFloat32(at + PAIR.LN_MS, record.lnMs, true);
  view.setFloat32(at + PAIR.SAMPLES, record.count, true);
  view.setUint32(at + PAIR.SEEN, record.seenSeconds, true);
}

/**
 * Adds what {@link encodeState} wrote to a model. Regions are matched by name: those that are gone are left out, new
 * ones have nothing. Returns why the octets can't be read, having added nothing.
 */
export function decodeState(bytes: Uint8Array, measured: Measured): string | undefined {
  return decodeStateParts(() => [bytes], measured);
}

/**
 * {@link decodeState} of octets in parts, which are gone through twice: whole in memory they would take more than the
 * model itself.
 */
export function decodeStateParts(parts: () => Iterable<Uint8Array>, measured: Measured): string | undefined {
  return read(parts(), {}) ?? read(parts(), adding(measured));
}

function read(parts: Iterable<Uint8Array>, visitor: StateVisitor): string | undefined {
  const reader = new StateReader(visitor);
  for (const part of parts) if (!reader.push(part)) break;
  return reader.finish();
}

function adding(measured: Measured): StateVisitor {
  const { records, regionIndices } = measured;
  let columns: readonly (number | undefined)[] = [];
  let row = 0;
  let isTold = false;
  return {
    header: ({ regions }) => {
      columns = regions.map((name) => regionIndices.get(name));
    },
    cell: (view, at) => {
      row = readCell(view, at, measured) * records.regionCount;
      isTold = !isNetwork(view.getUint32(at + CELL.KEY_HIGH, true));
    },
    pair: (view, at) => {
      const column = columns[view.getUint8(at + PAIR.REGION)];
      if (column === undefined) return;
      const record = readPair(view, at);
      // Older files lack the mark. What is known of countries and autonomous systems is from tables alone.
      records.set(row + column, isTold ? { ...record, spread: TOLD_SPREAD } : record);
    },
  };
}

/** The regions of what {@link encodeState} wrote, or why it can't be read. */
export function regionsInState(bytes: Uint8Array): Header['regions'] | string {
  const header = headerIn(bytes);
  if (typeof header === 'string') return header;
  return header?.regions ?? 'a header cut short';
}

function readCell(view: DataView, at: number, measured: Measured): number {
  const key = { high: view.getUint32(at + CELL.KEY_HIGH, true), low: view.getUint32(at + CELL.KEY_LOW, true) };
  const country = view.getUint16(at + CELL.COUNTRY, true);
  const membership = {
    asn: view.getUint32(at + CELL.ASN, true),
    country: country <= COUNTRY_MAX ? country : NO_COUNTRY,
  };
  return cellRow(measured, key, membership, view.getUint32(at + CELL.SEEN, true) * 1000);
}

function readPair(view: DataView, at: number): Omit<PairRecord, 'pair'> {
  return {
    lnMs: view.getFloat32(at + PAIR.LN_MS, true),
    count: view.getFloat32(at + PAIR.SAMPLES, true),
    spread: view.getUint8(at + PAIR.SPREAD) / SPREAD_STEPS,
    witnesses: view.getUint16(at + PAIR.SOURCES, true),
    seenSeconds: view.getUint32(at + PAIR.SEEN, true),
  };
}

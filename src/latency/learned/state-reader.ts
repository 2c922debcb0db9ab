import { createHash } from 'node:crypto';
import {
  CELL,
  DIGEST,
  DIGEST_OCTETS,
  HEADER_AT,
  HEADER_OCTETS_MAX,
  type Header,
  MAGIC,
  PAIR,
  VERSION,
  VERSION_UNDIGESTED,
} from './state-layout.ts';

/** What is done with each cell and pair: where they are in `view`, which is valid during the call only. */
export interface StateVisitor {
  header?(header: Header): void;
  cell?(view: DataView, at: number): void;
  pair?(view: DataView, at: number): void;
}

/** Goes through a saved model part by part, from cell to cell and pair to pair. */
export class StateReader {
  readonly #visitor: StateVisitor;
  /** What is not a whole cell yet. */
  #rest: Uint8Array = new Uint8Array(0);
  #header: Header | undefined;
  #cells = 0;
  readonly #digest = createHash(DIGEST);
  #isDigested = true;
  #fault: string | undefined;

  constructor(visitor: StateVisitor = {}) {
    this.#visitor = visitor;
  }

  /**
   * Takes the next octets, which may be written over afterwards; false once they can't be read, so that it needs no
   * more.
   */
  push(part: Uint8Array): boolean {
    const bytes = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    const end = this.#header === undefined ? this.#readHeader(bytes) : this.#readCells(bytes, 0);
    this.#digest.update(bytes.subarray(0, end));
    this.#rest = new Uint8Array(bytes.subarray(end)); // a copy, whatever becomes of the part
    const isOver = this.#cells === this.#header?.cells;
    if (isOver && this.#rest.length > DIGEST_OCTETS) this.#fault ??= MORE; // whatever comes need not be kept
    return this.#fault === undefined;
  }

  /** Why it can't be read; undefined where it was, to the end. */
  finish(): string | undefined {
    if (this.#fault !== undefined) return this.#fault;
    if (this.#header === undefined) return this.#rest.length < HEADER_AT ? NOT_OURS : 'a header cut short';
    if (this.#cells < this.#header.cells) return `${this.#cells} cells of ${this.#header.cells}`;
    const octetsLeft = this.#rest.length - (this.#isDigested ? DIGEST_OCTETS : 0);
    if (octetsLeft !== 0) return octetsLeft > 0 ? MORE : 'a digest cut short';
    const isIntact = !this.#isDigested || this.#digest.digest().equals(this.#rest);
    return isIntact ? undefined : 'octets that were changed since they were written';
  }

  /** Gives how far it got: nowhere while the header is not whole. */
  #readHeader(bytes: Uint8Array): number {
    if (bytes.length < HEADER_AT) return 0;
    const header = headerIn(bytes);
    if (typeof header === 'string') this.#fault = header;
    if (header === undefined || typeof header === 'string') return 0;
    this.#header = header;
    this.#isDigested = versionOf(bytes) !== VERSION_UNDIGESTED;
    this.#visitor.header?.(header);
    return this.#readCells(bytes, HEADER_AT + headerLength(bytes));
  }

  #readCells(bytes: Uint8Array, start: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { cells, regions } = this.#header!;
    let at = start;
    while (this.#cells < cells && at + CELL.OCTETS <= bytes.length) {
      const end = at + CELL.OCTETS + view.getUint8(at + CELL.PAIRS) * PAIR.OCTETS;
      if (end > bytes.length) break;
      this.#visitor.cell?.(view, at);
      for (at += CELL.OCTETS; at < end; at += PAIR.OCTETS) {
        if (!isSound(view, at, regions.length)) {
          this.#fault = `a broken cell ${this.#cells}`;
          return at;
        }
        this.#visitor.pair?.(view, at);
      }
      this.#cells++;
    }
    return at;
  }
}

const MORE = 'more than its cells';
const NOT_OURS = 'something that no latency model wrote';

function isSound(view: DataView, at: number, regionCount: number): boolean {
  return (
    view.getUint8(at + PAIR.REGION) < regionCount &&
    Number.isFinite(view.getFloat32(at + PAIR.LN_MS, true)) &&
    view.getFloat32(at + PAIR.SAMPLES, true) >= 0
  );
}

/** The header at the start of octets; undefined where it is not whole, or why it is none. */
export function headerIn(bytes: Uint8Array): Header | string | undefined {
  if (bytes.length < HEADER_AT) return undefined;
  if (Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC) return NOT_OURS;
  const version = versionOf(bytes);
  if (version !== VERSION && version !== VERSION_UNDIGESTED) return `version ${version}`;
  const length = headerLength(bytes);
  if (length > HEADER_OCTETS_MAX) return 'a header cut short';
  if (HEADER_AT + length > bytes.length) return undefined;
  return parseHeader(bytes.subarray(HEADER_AT, HEADER_AT + length)) ?? 'a header that is no list of regions';
}

function versionOf(bytes: Uint8Array): number {
  return bytes[MAGIC.length]! + 256 * bytes[MAGIC.length + 1]!;
}

function headerLength(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32LE(MAGIC.length + 2);
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const { regions, cells } = JSON.parse(Buffer.from(bytes).toString()) as Partial<Header>;
    const isNames = Array.isArray(regions) && regions.every((name) => typeof name === 'string');
    return isNames && Number.isSafeInteger(cells) && cells! >= 0 ? { regions, cells: cells! } : undefined;
  } catch {
    return undefined;
  }
}

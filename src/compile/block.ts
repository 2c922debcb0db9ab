import { CLASS } from '../dns/constants.ts';
import {
  DRAW,
  DRAW_ROW,
  FORM_TABLE,
  ROW_KIND,
  SERVICE_HEADER,
  type ServiceForm,
  SPLIT_ROW,
} from '../snapshot/service.ts';

const NAME_POINTER = 0xc00c; // the question's name, right behind the header

/** Where an endpoint's records stand among the block's records, in octets, and how many they are. */
export interface StoredRecords {
  readonly at: number;
  readonly count: number;
}

/** Puts the block of a service together: integers as they come, and behind them the records. */
export class BlockBuilder {
  readonly #words: number[] = new Array<number>(SERVICE_HEADER.WORDS).fill(0);
  readonly #records: number[] = [];
  readonly #rowByContent = new Map<string, number>();
  readonly #recordsByContent = new Map<string, StoredRecords>();

  /**
   * Records, ready to be copied: owned by the question's name, their TTL still to be set. Equal ones are there once.
   */
  addRecords(type: number, rdatas: readonly Uint8Array[]): StoredRecords {
    const content = `${type} ${rdatas.map((rdata) => Buffer.from(rdata).toString('latin1')).join('\0')}`;
    const known = this.#recordsByContent.get(content);
    if (known !== undefined && known.count === rdatas.length) return known;
    const at = this.#records.length;
    for (const rdata of rdatas) {
      for (const field of [NAME_POINTER, type, CLASS.IN, 0, 0, rdata.length])
        this.#records.push(field >> 8, field & 0xff);
      for (const octet of rdata) this.#records.push(octet);
    }
    const stored = { at, count: rdatas.length };
    this.#recordsByContent.set(content, stored);
    return stored;
  }

  /** Adds a row, once: classes with the same content share it. Returns its offset. */
  addRow(row: readonly number[]): number {
    const content = row.join();
    const known = this.#rowByContent.get(content);
    if (known !== undefined) return known;
    const at = this.#words.length;
    for (const word of row) this.#words.push(word);
    this.#rowByContent.set(content, at);
    if (row[DRAW_ROW.KIND] === ROW_KIND.DRAW && row[DRAW_ROW.DRAW] === DRAW.ROTATE) {
      this.#words[at + DRAW_ROW.TURN] = this.#words[SERVICE_HEADER.TURN_COUNT];
      this.#words[SERVICE_HEADER.TURN_COUNT]++;
    }
    return at;
  }

  /**
   * Adds a row that sends a share of clients, in 2^31 parts, to one row and the others to another. Returns its offset.
   */
  addSplit(
    threshold: number,
    salt: number,
    bits: { ipv4Bits: number; ipv6Bits: number },
    inside: number,
    outside: number,
  ): number {
    if (inside === outside) return inside;
    const row = new Array<number>(SPLIT_ROW.WORDS).fill(0);
    row[SPLIT_ROW.KIND] = ROW_KIND.SPLIT;
    row[SPLIT_ROW.THRESHOLD] = threshold;
    row[SPLIT_ROW.SALT] = salt;
    row[SPLIT_ROW.IPV4_BITS] = bits.ipv4Bits;
    row[SPLIT_ROW.IPV6_BITS] = bits.ipv6Bits;
    row[SPLIT_ROW.INSIDE] = inside;
    row[SPLIT_ROW.OUTSIDE] = outside;
    return this.addRow(row);
  }

  /** Adds the table of a form: its trie, and by number the offset of its rows. */
  addTable(form: ServiceForm, rows: readonly number[], trieSlot: number): void {
    const at = this.#words.length;
    this.#words[form] = at;
    this.#words.push(trieSlot, at + FORM_TABLE.WORDS, rows.length);
    for (const row of rows) this.#words.push(row);
  }

  /** Lets a form have the table of another. */
  shareTable(form: ServiceForm, other: ServiceForm): void {
    this.#words[form] = this.#words[other];
  }

  toBlock(): SharedArrayBuffer {
    const recordsAt = this.#words.length * Int32Array.BYTES_PER_ELEMENT;
    this.#words[SERVICE_HEADER.RECORDS_AT] = recordsAt;
    const wordAligned = (this.#records.length + 3) & ~3; // so that the integer view covers the block
    const block = new SharedArrayBuffer(recordsAt + wordAligned);
    new Int32Array(block).set(this.#words);
    new Uint8Array(block, recordsAt).set(this.#records);
    return block;
  }
}

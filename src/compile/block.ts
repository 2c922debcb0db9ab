import { CLASS } from '../dns/constants.ts';
import { FORM_TABLE, SERVICE_HEADER, type ServiceForm } from '../snapshot/service.ts';

const NAME_POINTER = 0xc00c; // the question's name, right behind the header

/** Where an endpoint's records stand among the block's records, in octets, and how many they are. */
export interface StoredRecords {
  readonly at: number;
  readonly count: number;
}

/** What a table says of all its rows. */
export interface TableFacts {
  readonly trieSlot: number;
  readonly isAllDown: boolean;
  readonly ttlSecondsMax: number;
}

/** Puts the block of a service together: integers as they come, and behind them the records. */
export class BlockBuilder {
  readonly #words: number[] = new Array<number>(SERVICE_HEADER.WORDS).fill(0);
  readonly #records: number[] = [];
  readonly #rowByContent = new Map<string, number>();

  /** Records, ready to be copied: owned by the question's name, their TTL still to be set. */
  addRecords(type: number, rdatas: readonly Uint8Array[]): StoredRecords {
    const at = this.#records.length;
    for (const rdata of rdatas) {
      for (const field of [NAME_POINTER, type, CLASS.IN, 0, 0, rdata.length])
        this.#records.push(field >> 8, field & 0xff);
      this.#records.push(...rdata);
    }
    return { at, count: rdatas.length };
  }

  /** Adds a row, once: classes with the same content share it. Returns its offset. */
  addRow(row: readonly number[]): number {
    const content = row.join();
    const known = this.#rowByContent.get(content);
    if (known !== undefined) return known;
    const at = this.#words.length;
    for (const word of row) this.#words.push(word);
    this.#rowByContent.set(content, at);
    return at;
  }

  /** Adds the table of a form: its trie, and by class the offset of its row. */
  addTable(form: ServiceForm, rows: readonly number[], { trieSlot, isAllDown, ttlSecondsMax }: TableFacts): void {
    const isUniform = new Set(rows).size === 1;
    const at = this.#words.length;
    this.#words[form] = at;
    const flags = [isUniform ? 1 : 0, isAllDown ? 1 : 0];
    this.#words.push(trieSlot, at + FORM_TABLE.WORDS, rows.length, ...flags, ttlSecondsMax);
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

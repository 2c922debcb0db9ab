import koffi from 'koffi';
import { assert } from '../../util/assert.ts';

/**
 * Octets at an address that never changes, for the kernel to read and write. They live as long as this object, so
 * whoever passes the address on must keep the object.
 */
export class Memory {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  /** A number, since calls take it faster than a bigint; user space ends far below 2^53. */
  readonly address: number;

  /** @param bytes rounded up to whole words of 64 bits. */
  constructor(bytes: number) {
    // Smaller arrays may lie in the heap, where the collector moves them.
    const buffer = new ArrayBuffer(Math.max(4096, (bytes + 7) & ~7));
    this.octets = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.address = Number(koffi.address(this.octets));
    assert(Number.isSafeInteger(this.address) && this.address % 8 === 0, 'memory is aligned');
  }

  /** Writes the address of something at an offset, a multiple of 4. */
  writePointer(at: number, address: number): void {
    this.words[at >> 2] = address % 0x1_0000_0000;
    this.words[(at >> 2) + 1] = Math.floor(address / 0x1_0000_0000);
  }
}

/** What stands in a record of an .mmdb file (MaxMind DB format 2.0), as far as benchmarks need it. */
export type Value = string | number | bigint | readonly Value[] | { readonly [key: string]: Value };

/** A value as the data section and the metadata have it; no pointers. */
export function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'bigint') return Buffer.concat([control(9, 8), octets(8, (to) => to.writeBigUInt64BE(value))]);
  if (typeof value === 'number') return encodeNumber(value);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, item]) => [encode(key), encode(item)])]);
}

function encodeNumber(value: number): Buffer {
  if (Number.isInteger(value) && value >= 0) {
    return Buffer.concat([control(6, 4), octets(4, (to) => to.writeUInt32BE(value))]);
  }
  return Buffer.concat([control(3, 8), octets(8, (to) => to.writeDoubleBE(value))]);
}

/** The octets before a value; types from 8 on have a second one, and sizes from 29 on another. */
function control(type: number, size: number): Buffer {
  const [first, sizeOctets] = size < 29 ? [size, []] : [29, [size - 29]];
  return Buffer.from(type < 8 ? [(type << 5) | first, ...sizeOctets] : [first, type - 7, ...sizeOctets]);
}

function octets(count: number, write: (to: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(count);
  write(buffer);
  return buffer;
}

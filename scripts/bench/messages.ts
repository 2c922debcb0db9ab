/** Queries in wire form, for measuring: each with an OPT where it has options, or is said to have one. */
export interface AskedOption {
  readonly code: number;
  readonly data: Uint8Array;
}

export function makeQuery(name: string, options?: readonly AskedOption[]): Uint8Array {
  const labels = name.split('.').map((label) => Buffer.from(String.fromCharCode(label.length) + label, 'latin1'));
  const question = [...labels, Buffer.of(0, 0, 1, 0, 1)];
  const header = Buffer.of(0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, options === undefined ? 0 : 1);
  return Buffer.concat([header, ...question, ...(options === undefined ? [] : [makeOpt(options)])]);
}

function makeOpt(options: readonly AskedOption[]): Buffer {
  const data = Buffer.concat(options.flatMap(({ code, data }) => [Buffer.of(0, code, 0, data.length), data]));
  return Buffer.concat([Buffer.of(0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, data.length), data]);
}

/** The head of a response, as far as a probe looks at it. */
export interface ResponseHead {
  readonly status: number;
  /** By name in lower case; of several fields of one name the last. */
  readonly fields: ReadonlyMap<string, string>;
}

const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?$/;
const fieldLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/;

/** Reads a head without its empty line (RFC 9112, sections 4 and 5). @returns the head, or what is wrong. */
export function parseHead(text: string): ResponseHead | string {
  const [first = '', ...lines] = text.split('\r\n');
  const status = Number(statusLine.exec(first)?.[1]);
  if (Number.isNaN(status)) return 'not HTTP: no status line';
  // Nothing was asked to be upgraded.
  if (status === 101) return 'not HTTP: status 101';
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = fieldLine.exec(line) ?? [];
    if (name === undefined) return 'not HTTP: a line that is no header';
    fields.set(name.toLowerCase(), value.trim());
  }
  return { status, fields };
}

/**
 * How the end of a body is known: by chunks, or by its length in octets, infinite where the connection's end is its.
 */
export type Framing = 'chunked' | number;

/** RFC 9112 section 6.3. @returns the framing, or undefined where there is none that can be read. */
export function framingOf({ status, fields }: ResponseHead, isHead: boolean): Framing | undefined {
  if (isHead || status === 204 || status === 304) return 0;
  const coding = fields.get('transfer-encoding');
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' ? 'chunked' : undefined;
  const length = fields.get('content-length');
  if (length === undefined) return Number.POSITIVE_INFINITY;
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** What cannot become a status line any more need not be waited for. */
export function mayBeHttp(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 7);
  return 'HTTP/1.'.startsWith(start);
}

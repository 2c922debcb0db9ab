import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Problem } from '../util/problem.ts';
import type { Document } from './reading/document.ts';
import type { Files } from './reading/files.ts';
import { written } from './reading/written.ts';

/** A certificate and its key as their files hold them, in PEM; known to go together. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface LoadedKeyPair {
  /** Undefined where the document has none, or one with problems. */
  readonly pair: KeyPair | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const PATH = ['server', 'tls'];

/** Reads what `server.tls` names, and sees that a client could be shown it. */
export function loadKeyPair(document: Document, files: Files, nowMs: number): LoadedKeyPair {
  const reader = new Reader(document, files);
  const certificate = reader.text('certificate');
  const key = reader.text('key');
  const parsed =
    certificate === undefined ? undefined : reader.parse('certificate', () => new X509Certificate(certificate));
  const parsedKey = key === undefined ? undefined : reader.parse('key', () => createPrivateKey(key));
  const pair = certificate === undefined || key === undefined ? undefined : { certificate, key };
  if (pair !== undefined && parsed !== undefined && parsedKey !== undefined) reader.match(pair, parsed, parsedKey);
  const { problems } = reader;
  return {
    pair: problems.length === 0 ? pair : undefined,
    problems,
    warnings: parsed === undefined ? [] : findLapse(document, parsed, nowMs),
  };
}

const FAULTS = {
  certificate: { code: 'bad-certificate', expected: "certificates in PEM, the server's own first" },
  key: { code: 'bad-key', expected: 'a private key in PEM, without passphrase' },
} as const;
type Part = keyof typeof FAULTS;

class Reader {
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #files: Files;

  constructor(document: Document, files: Files) {
    this.#document = document;
    this.#files = files;
  }

  text(part: Part): string | undefined {
    const path = written(this.#document.value, ...PATH, part);
    if (typeof path !== 'string' || path === '') return undefined; // the schema has words for it
    const found = this.#files.find(path, [dirname(this.#document.file), process.cwd()]);
    const read = found.ok ? this.#files.readText(found.path) : found;
    if (read.ok) return read.text;
    this.#fault(part, read.fault.code, read.fault.expected, read.fault.found);
    return undefined;
  }

  parse<T>(part: Part, parse: () => T): T | undefined {
    try {
      return parse();
    } catch {
      this.#fault(part, FAULTS[part].code, FAULTS[part].expected);
      return undefined;
    }
  }

  match({ certificate, key }: KeyPair, parsed: X509Certificate, parsedKey: KeyObject): void {
    if (!parsed.checkPrivateKey(parsedKey)) {
      this.#fault('key', 'key-mismatch', `the private key of the certificate, whose subject is ${subjectOf(parsed)}`);
      return;
    }
    // What only TLS minds: too short a key, or a chain that breaks off.
    this.parse('certificate', () => createSecureContext({ cert: certificate, key }));
  }

  #fault(part: Part, code: string, expected: string, found?: string): void {
    this.problems.push(this.#document.atValue([...PATH, part], code, expected, found));
  }
}

/** A lapsed certificate is served all the same: many clients take it, and none takes silence. */
function findLapse(document: Document, certificate: X509Certificate, nowMs: number): readonly Problem[] {
  const { validFromDate, validToDate } = certificate;
  const isEarly = validFromDate.getTime() > nowMs;
  if (!isEarly && validToDate.getTime() >= nowMs) return [];
  const [code, found] = isEarly
    ? ['certificate-not-yet-valid', `a certificate that holds from ${validFromDate.toISOString()}`]
    : ['certificate-expired', `a certificate that expired at ${validToDate.toISOString()}`];
  return [document.atValue([...PATH, 'certificate'], code, 'one that holds now', found)];
}

function subjectOf({ subject }: X509Certificate): string {
  return subject?.replaceAll('\n', ', ') ?? 'empty';
}

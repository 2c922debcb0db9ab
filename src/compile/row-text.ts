import { TYPE } from '../dns/constants.ts';
import { SERVICE_FORM, type ServiceForm } from '../snapshot/service.ts';
import type { Outcome, Tier } from '../steering/decision.ts';
import type { Leaf, WholePlan } from '../steering/plan.ts';
import type { BlockBuilder } from './block.ts';

/** What an outcome comes to in a row. */
export interface RowContent {
  readonly kind: Outcome['kind'];
  readonly mode: Outcome['mode'];
  /** Undefined: there is nothing to draw. */
  readonly draw: Outcome['draw']['kind'] | undefined;
  /** How many endpoints an answer names. */
  readonly answers: number;
  /** Those that an answer may come to. */
  readonly tiers: readonly Tier[];
}

/** What the forms are asked by that have texts. */
const TYPE_OF: Readonly<Partial<Record<ServiceForm, string>>> = {
  [SERVICE_FORM.A]: 'A',
  [SERVICE_FORM.AAAA]: 'AAAA',
  [SERVICE_FORM.A_OR_CNAME]: 'A',
  [SERVICE_FORM.AAAA_OR_CNAME]: 'AAAA',
};

const STRING_BYTES_MAX = 255; // RFC 1035 section 3.3

/** So that one text, with a name of any length, and mostly two, go over UDP. */
const TEXT_CHARS_MAX = 2 * STRING_BYTES_MAX;

/** Puts the texts of rows, for whoever asks by DNS why an answer is what it is, into a service's block. */
export class RowTexts {
  readonly #block: BlockBuilder;
  readonly #service: string;
  readonly #type: string;
  readonly #leaves: readonly Leaf[];

  /** Those of a service in one form; undefined for a form that is not asked about. */
  static of(form: ServiceForm, { root, leaves }: WholePlan, block: BlockBuilder): RowTexts | undefined {
    const type = TYPE_OF[form];
    return type === undefined ? undefined : new RowTexts(block, root.service.name, type, leaves);
  }

  private constructor(block: BlockBuilder, service: string, type: string, leaves: readonly Leaf[]) {
    this.#block = block;
    this.#service = service;
    this.#type = type;
    this.#leaves = leaves;
  }

  /** Where the text of a row stands among the block's records. Rows with equal texts share it. */
  add(row: RowContent): number {
    return this.#block.addRecords(TYPE.TXT, [rdataOf(this.#textOf(row))]).at;
  }

  /** `service=web type=A mode=normal answers=1 draw=random tier1=eu:75%,us:25% tier2=asia:100%`. */
  #textOf({ kind, mode, draw, answers, tiers }: RowContent): string {
    const head = `service=${this.#service} type=${this.#type} mode=${mode}`;
    if (kind !== 'draw') return `${head} answer=${kind}`;
    const named = tiers.map((tier, index) => `tier${index + 1}=${this.#sharesOf(tier)}`);
    return [head, `answers=${answers}`, ...(draw === undefined ? [] : [`draw=${draw}`]), ...named].join(' ');
  }

  #sharesOf(tier: Tier): string {
    const sum = tier.reduce((total, { weight }) => total + weight, 0);
    return tier.map(({ leaf, weight }) => `${this.#nameOf(leaf)}:${percentOf(weight, sum)}%`).join();
  }

  /** As in the service that is asked for: those of others with their service's name. */
  #nameOf(leaf: number): string {
    const { service, endpoint = 'fixed' } = this.#leaves[leaf];
    return service === this.#service ? endpoint : `${service}/${endpoint}`;
  }
}

/** With at most two places behind the point. */
function percentOf(weight: number, sum: number): number {
  return Number(((100 * weight) / sum).toFixed(2));
}

/** The strings of a TXT record (RFC 1035 section 3.3.14), which are to be read as one text. Names are ASCII. */
function rdataOf(text: string): Uint8Array {
  const whole = text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX - 3)}...`;
  const strings: Buffer[] = [];
  for (let at = 0; at < whole.length; at += STRING_BYTES_MAX) {
    const string = Buffer.from(whole.slice(at, at + STRING_BYTES_MAX), 'latin1');
    strings.push(Buffer.of(string.length), string);
  }
  return Buffer.concat(strings);
}

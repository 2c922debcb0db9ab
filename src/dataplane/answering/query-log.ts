import * as Dns from '../../dns/constants.ts';
import type { Query } from '../../dns/query.ts';
import * as Layout from '../../snapshot/query-log.ts';
import { makeRing, type QueryLogSettings } from '../../snapshot/query-log.ts';
import type { Random } from '../../util/random.ts';
import type { BatchClock } from './batch-clock.ts';
import { ClientAddress } from './client.ts';
import { RingWriter } from './query-ring.ts';
import type { Limited } from './rate-limit.ts';
import * as Limits from './rate-limit.ts';
import type { ResponseWriter } from './response.ts';
import type { Source } from './source.ts';
import type { Steering } from './steer.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { CLASS, HEADER_BYTES, RCODE } = Dns;
const { FLAG, FLAG_SHIFT, OUTCOME, RECORD } = Layout;
const { LIMITED } = Limits;

/** Octets of type and class after the qname. */
const TYPE_AND_CLASS_BYTES = 4;

/** A tap at which nobody looks. */
const UNTAPPED = new Int32Array(1);

/** What of an answer is recorded. */
type Answered = Pick<ResponseWriter, 'out' | 'at' | 'rcode' | 'isAuthoritative' | 'isTruncated' | 'scopeBits'>;

/**
 * Records answers in this worker's ring, over the oldest ones. It waits for no reader and allocates nothing. A query
 * that is not recorded costs a look at two numbers.
 */
export class QueryLog {
  readonly #row: number;
  readonly #random: Random;
  readonly #clock: BatchClock;
  readonly #address = new ClientAddress();
  #ring = new RingWriter(makeRing(1));
  #tap: Int32Array = UNTAPPED;
  #every = 0;
  #only = 0;
  #world = 0;
  /** Answers until the next that is for the file. */
  #left = 0;

  /**
   * @param row the worker's row in what the pool shares.
   */
  constructor(row: number, random: Random, clock: BatchClock) {
    this.#row = row;
    this.#random = random;
    this.#clock = clock;
  }

  /** Puts settings in force, between two queries. Undefined: nothing is recorded. */
  configure(settings: QueryLogSettings | undefined): void {
    const ring = settings?.rings.get(this.#row);
    this.#every = 0;
    this.#tap = UNTAPPED;
    if (settings === undefined || ring === undefined) return;
    this.#every = settings.every;
    this.#tap = new Int32Array(settings.tap);
    this.#ring = new RingWriter(ring);
    this.#only = settings.only;
    this.#world = settings.world;
    this.#left = this.#drawGap();
  }

  /**
   * Records an answer, or that there is none (`limited`: DROP). Nothing that came in makes it throw.
   * @param answer what was made of it; its question is the query's.
   * @param steering which service answered, if any.
   */
  write(
    query: Query,
    source: Source,
    answer: Answered,
    steering: Pick<Steering, 'slot' | 'region'>,
    limited: Limited,
  ): void {
    const isTapped = this.#tap[0] !== 0;
    if (this.#every === 0 && !isTapped) return;
    const isSampled = this.#every !== 0 && this.#isSampled(answer, limited);
    if (!isSampled && !isTapped) return;
    const ring = this.#ring;
    const at = ring.begin();
    const { words } = ring;
    this.#clock.read();
    ring.times[(at + RECORD.TIME_MS) >> 1] = this.#clock.ms[0];
    words[at + RECORD.WORLD] = this.#world;
    words[at + RECORD.SLOT] = steering.slot;
    words[at + RECORD.REGION] = steering.region;
    const flags = isSampled ? FLAG.SAMPLED : 0;
    this.#writeAnswer(at, query, source, answer, limited, flags | this.#writeAddresses(at, query, source));
    if (query.questionEnd !== 0) ring.writeName(at, answer.out, query.questionEnd - TYPE_AND_CLASS_BYTES);
    ring.end();
  }

  /**
   * Gaps are drawn at random. With a fixed gap, some of the queries that come in turns (A, AAAA, A, ...) would never be
   * met.
   */
  #isSampled(answer: Answered, limited: Limited): boolean {
    if (this.#only !== 0 && (this.#only & outcomeOf(answer, limited)) === 0) return false;
    if (--this.#left > 0) return false;
    this.#left = this.#drawGap();
    return true;
  }

  /** To the next record: 1 to `2 * every - 1` answers, each number as likely as any other, so `every` on average. */
  #drawGap(): number {
    return this.#every <= 1 ? 1 : 1 + this.#random.below(2 * this.#every - 1);
  }

  /** Returns the flags that go with them. */
  #writeAddresses(at: number, query: Query, source: Source): number {
    const address = this.#address;
    source.resolverAddress(address);
    this.#ring.writeAddress(at + RECORD.SENDER, address);
    const flags = address.family === 6 ? FLAG.IPV6 : 0;
    if (!query.hasSubnet) return flags;
    address.setSubnet(query);
    this.#ring.writeAddress(at + RECORD.SUBNET, address);
    return flags | FLAG.SUBNET | (address.family === 6 ? FLAG.SUBNET_IPV6 : 0);
  }

  #writeAnswer(at: number, query: Query, source: Source, answer: Answered, limited: Limited, otherFlags: number): void {
    const { words } = this.#ring;
    const isDropped = limited === LIMITED.DROP;
    const hasQuestion = query.questionEnd !== 0;
    const nameBytes = hasQuestion ? query.questionEnd - TYPE_AND_CLASS_BYTES - HEADER_BYTES : 0;
    const flags =
      otherFlags |
      (source.isEncrypted === true ? FLAG.TLS : source.isStream ? FLAG.TCP : 0) |
      (answer.isAuthoritative ? FLAG.AA : 0) |
      (answer.isTruncated ? FLAG.TC : 0) |
      (query.recursionDesired ? FLAG.RD : 0) |
      (query.dnssecOk ? FLAG.DO : 0) |
      (query.cookieBytes > 0 ? FLAG.COOKIE : 0) |
      (limited === LIMITED.SLIP ? FLAG.SLIPPED : 0) |
      (isDropped ? FLAG.DROPPED : 0);
    words[at + RECORD.OUTCOME] = (flags << FLAG_SHIFT) | (nameBytes << 8) | answer.rcode;
    words[at + RECORD.QUESTION] = hasQuestion ? (query.qtype << 16) | query.qclass : CLASS.IN;
    const prefixes = query.hasSubnet ? (query.subnetSourceBits << 8) | answer.scopeBits : 0;
    words[at + RECORD.SIZES] = ((isDropped ? 0 : answer.at) << 16) | prefixes;
  }
}

/** The outcomes of one answer to which a log may be limited. */
function outcomeOf({ rcode, isTruncated }: Answered, limited: Limited): number {
  const ofCode = rcode === RCODE.NOERROR ? 0 : rcode === RCODE.NXDOMAIN ? OUTCOME.NXDOMAIN : OUTCOME.ERROR;
  return ofCode | (isTruncated ? OUTCOME.TRUNCATED : 0) | (limited === LIMITED.PASS ? 0 : OUTCOME.LIMITED);
}

import * as Dns from '../../dns/constants.ts';
import { decodeQuery } from '../../dns/decode.ts';
import * as Queries from '../../dns/query.ts';
import { type Decoded, isInternet, Query } from '../../dns/query.ts';
import type { PlaneSettings } from '../../snapshot/settings.ts';
import * as Settings from '../../snapshot/settings.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Random } from '../../util/random.ts';
import { Counters } from '../counters.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { BatchClock } from './batch-clock.ts';
import { Chaos } from './chaos.ts';
import { ClientAddress } from './client.ts';
import { COOKIE, Cookies } from './cookies.ts';
import { Explaining } from './explain.ts';
import * as Opt from './opt.ts';
import { type OptContext, OptWriter } from './opt.ts';
import type { QueryLog } from './query-log.ts';
import { LIMITED, type Limited, RateLimiter } from './rate-limit.ts';
import { rcodeOf, refusal } from './rcode.ts';
import { Resolution } from './resolution.ts';
import { MESSAGE_BYTES_MAX, ResponseWriter } from './response.ts';
import type { Source } from './source.ts';
import { Steering } from './steer.ts';
import { tsigBytes, writeTsig } from './tsig.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { CLASS, RCODE } = Dns;
const { COOKIE_BYTES, DECODED } = Queries;
const { ANSWER_KIND } = Settings;
const { UDP_PAYLOAD_BYTES } = Opt;

/**
 * The one answer function of every transport: bytes in, bytes out. Holds the scratch of one worker, so that a query
 * allocates nothing. Nothing a client sends makes it throw: malformed input has a response code, or silence.
 */
export class Answerer {
  readonly #query = new Query();
  readonly #writer = new ResponseWriter();
  readonly #resolution: Resolution;
  readonly #steering: Steering;
  readonly #clock: BatchClock;
  readonly #counters: Counters;
  readonly #stopwatch: Stopwatch | undefined;
  readonly #queryLog: QueryLog | undefined;
  /** Sender and time are filled in only for a query that needs them. */
  readonly #context: OptContext = {
    sender: new ClientAddress(),
    nowSeconds: 0,
    limit: 0,
    tsigBytes: 0,
    rcode: 0,
    scopeBits: 0,
    extendedError: undefined,
    idleMs: undefined,
    isEncrypted: false,
  };
  /** The sender, once it is in the context: some transports must parse text for it, and should not do so twice. */
  readonly #known: Source = {
    isStream: false,
    resolverAddress: (into) => into.copy(this.#context.sender),
  };
  #chaos: Chaos;
  #cookies: Cookies;
  #opt: OptWriter;
  #limiter: RateLimiter | undefined;
  #explaining: Explaining | undefined;

  /** @param stopwatch undefined: no answer is timed. @param queryLog undefined: none is recorded. */
  constructor(
    random: Random,
    settings: PlaneSettings,
    clock: BatchClock,
    counters: Counters = Counters.unread(),
    stopwatch?: Stopwatch,
    queryLog?: QueryLog,
  ) {
    this.#steering = new Steering(random);
    this.#resolution = new Resolution(this.#writer, this.#steering);
    this.#clock = clock;
    this.#counters = counters;
    this.#stopwatch = stopwatch;
    this.#queryLog = queryLog;
    this.#chaos = new Chaos(settings);
    this.#cookies = new Cookies(settings.cookies);
    this.#opt = new OptWriter(settings, this.#cookies);
    this.#limiter = settings.rateLimit && new RateLimiter(settings.rateLimit, clock.now);
    this.#explaining = this.#explainingBy(settings);
  }

  /** Puts settings in force, between two queries. */
  configure(settings: PlaneSettings): void {
    this.#chaos = new Chaos(settings);
    this.#cookies = new Cookies(settings.cookies);
    this.#opt = new OptWriter(settings, this.#cookies);
    this.#limiter = settings.rateLimit && new RateLimiter(settings.rateLimit, this.#clock.now);
    this.#explaining = this.#explainingBy(settings);
  }

  #explainingBy({ explain }: PlaneSettings): Explaining | undefined {
    return explain && new Explaining(explain, this.#steering, this.#writer);
  }

  /** The response to the last message; valid until the next. */
  get out(): Uint8Array {
    return this.#writer.out;
  }

  /**
   * Where the next responses are written: for example, where they are sent from. Over UDP they have at most
   * UDP_PAYLOAD_BYTES.
   */
  set out(buffer: Uint8Array) {
    this.#writer.out = buffer;
  }

  /**
   * Answers `message[0, length)`. Returns the length of the response in `out`, 0 for none. `out` may be `message`
   * itself, if it has room for the response: what the response overwrites is not read again.
   */
  answer(snapshot: Snapshot, message: Uint8Array, length: number, source: Source): number {
    const stopwatch = this.#stopwatch;
    if (stopwatch === undefined || !stopwatch.isDue()) return this.#answer(snapshot, message, length, source);
    stopwatch.start();
    const bytes = this.#answer(snapshot, message, length, source);
    stopwatch.stop();
    return bytes;
  }

  #answer(snapshot: Snapshot, message: Uint8Array, length: number, source: Source): number {
    const query = this.#query;
    const writer = this.#writer;
    const decoded = decodeQuery(message, length, query);
    if (decoded === DECODED.IGNORE) return this.#ignored();
    const context = this.#context;
    const limiter = source.isStream ? undefined : this.#limiter;
    const isSenderKnown = limiter !== undefined || query.cookieBytes > 0;
    if (isSenderKnown) source.resolverAddress(context.sender);
    if (query.cookieBytes > 0) {
      this.#clock.read();
      context.nowSeconds = this.#clock.seconds;
    }
    const isProven = query.cookieBytes > 0 && this.#isProven();
    context.limit = source.isStream ? MESSAGE_BYTES_MAX : Math.min(query.payloadBytesMax, UDP_PAYLOAD_BYTES);
    context.idleMs = source.idleMs;
    context.isEncrypted = source.isEncrypted === true;
    context.tsigBytes = decoded === DECODED.BADKEY ? tsigBytes(query) : 0;
    writer.begin(message, query, context.limit - this.#opt.bytes(query, context.idleMs));
    writer.rcode = rcodeOf(decoded, query);
    if (!isProven && writer.rcode === RCODE.NOERROR && this.#mustComeAgain(decoded, source)) {
      writer.rcode = RCODE.BADCOOKIE;
    }
    this.#fill(snapshot, decoded, isSenderKnown ? this.#known : source);
    let limited: Limited = LIMITED.PASS;
    if (limiter !== undefined && !isProven) {
      limited = limiter.judge(context.sender, this.#resolution.kind, this.#resolution.subject);
      if (limited === LIMITED.DROP) return this.#dropped(source);
      if (limited === LIMITED.SLIP) this.#slip();
    }
    if (query.hasEdns) this.#writeOpt();
    if (writer.rcode === RCODE.NOTAUTH) this.#writeTsig();
    writer.finish(query);
    this.#count();
    this.#queryLog?.write(query, source, writer, this.#steering, limited);
    return writer.at;
  }

  #ignored(): number {
    this.#counters.add('ignored');
    return 0;
  }

  #dropped(source: Source): number {
    this.#counters.add('limitedDropped');
    this.#queryLog?.write(this.#query, source, this.#writer, this.#steering, LIMITED.DROP);
    return 0;
  }

  /** Counts an answer that goes out. */
  #count(): void {
    const { questionEnd, qtype, hasSubnet } = this.#query;
    const { rcode, isTruncated } = this.#writer;
    const { slot, region } = this.#steering;
    this.#counters.addAnswer(questionEnd === 0 ? 0 : qtype, rcode, hasSubnet, isTruncated);
    if (slot >= 0) this.#counters.addDemand(slot, region);
  }

  /** Whether the cookie proves that the sender is where it says. */
  #isProven(): boolean {
    const { sender, nowSeconds } = this.#context;
    return this.#cookies.check(this.#query, sender, nowSeconds) === COOKIE.GOOD;
  }

  /** Whether a client whose cookie proves nothing is given a better one, and nothing else (RFC 7873 section 5.2.3). */
  #mustComeAgain(decoded: Decoded, source: Source): boolean {
    const { cookieBytes } = this.#query;
    // A query with a cookie and no question asks whether the server's part is good, over any transport (section 5.4).
    if (decoded === DECODED.COOKIE_ONLY) return cookieBytes > COOKIE_BYTES.CLIENT;
    // A client without cookies is answered (section 5.2.1), and so is one that proved its address by a connection.
    return cookieBytes > 0 && !source.isStream && this.#cookies.isRequired;
  }

  /**
   * Empties the answer to a client that may be forged, and says how a real one can get it: with the cookie in this
   * answer, if it knows cookies (RFC 7873 section 5.2.3), or else over TCP. The cookie costs the client no connection,
   * and exempts it from then on. A forged cookie gains nothing: the answer with TC would have the same OPT.
   */
  #slip(): void {
    const writer = this.#writer;
    this.#counters.add('limitedSlipped');
    this.#steering.forget();
    writer.empty(this.#query);
    if (this.#query.cookieBytes > 0) {
      writer.isAuthoritative = false;
      writer.extendedError = undefined;
      writer.rcode = RCODE.BADCOOKIE;
    } else {
      writer.isTruncated = true;
      // Without its SOA, an NXDOMAIN is no denial, but some resolvers would believe it.
      if (writer.rcode === RCODE.NXDOMAIN) writer.rcode = RCODE.NOERROR;
    }
  }

  /** Writes the sections of a response that decoding alone did not decide. */
  #fill(snapshot: Snapshot, decoded: Decoded, source: Source): void {
    const query = this.#query;
    const writer = this.#writer;
    this.#resolution.reset();
    this.#steering.forget();
    if (writer.rcode === RCODE.NOERROR && decoded === DECODED.OK) {
      // It counts as an answer with data, so that it is not lost in a flood of refusals.
      if (this.#explaining?.answer(snapshot, query, source)) this.#resolution.kind = ANSWER_KIND.DATA;
      else if (isInternet(query.qclass)) this.#resolution.resolve(snapshot, query, source);
      else if (query.qclass !== CLASS.CH || !this.#chaos.answer(query, writer)) writer.rcode = RCODE.REFUSED;
    }
    if (writer.rcode === RCODE.REFUSED) writer.extendedError = refusal(query);
  }

  #writeOpt(): void {
    const writer = this.#writer;
    const context = this.#context;
    context.rcode = writer.rcode;
    context.scopeBits = writer.scopeBits;
    context.extendedError = writer.extendedError;
    writer.append(this.#opt.write(writer.out, writer.at, this.#query, context));
  }

  /** If there is no room for it, it is left out: it carries no signature, so the answer says as much without it. */
  #writeTsig(): void {
    const writer = this.#writer;
    const { limit, tsigBytes } = this.#context;
    if (writer.at + tsigBytes <= limit) writer.append(writeTsig(writer.out, writer.at, this.#query));
  }
}

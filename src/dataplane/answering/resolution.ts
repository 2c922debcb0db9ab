import * as Dns from '../../dns/constants.ts';
import type { Query } from '../../dns/query.ts';
import * as Names from '../../snapshot/names.ts';
import type { AnswerKind } from '../../snapshot/settings.ts';
import * as Settings from '../../snapshot/settings.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { writeDenial } from './denial.ts';
import * as Lookups from './lookup.ts';
import { Lookup } from './lookup.ts';
import type { ExtendedError } from './opt.ts';
import * as Opt from './opt.ts';
import { writeRedirection } from './redirection.ts';
import { writeReferral } from './referral.ts';
import type { ResponseWriter } from './response.ts';
import * as Response from './response.ts';
import { copyRrset } from './rrset.ts';
import { Services } from './services.ts';
import type { Source } from './source.ts';
import type { Steering } from './steer.ts';
import * as Steer from './steer.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { CLASS, RCODE, TYPE } = Dns;
const { NODE, RECORD_FIXED_BYTES } = Names;
const { ANSWER_KIND } = Settings;
const { OUTCOME } = Lookups;
const { EXTENDED_ERROR } = Opt;
const { NOWHERE, QNAME_AT, SECTION } = Response;
const { STEERED } = Steer;

/** CNAMEs followed for one answer. After that the resolver goes on by itself, and a loop in the zones ends. */
const CHAIN_MAX = 8;

/**
 * Follows a name through the zones (RFC 1034 section 4.3.2) and writes what they say of it. One a worker; holds
 * scratch.
 */
export class Resolution {
  readonly #lookup = new Lookup();
  readonly #writer: ResponseWriter;
  readonly #services: Services;
  /** The RRsets that the answer holds, at most one a step of the chain. */
  readonly #answered = new Int32Array(CHAIN_MAX + 1);
  #answeredCount = 0;
  /** What the answer is, and a number for what it is about: the rate limit counts by these. */
  kind: AnswerKind = ANSWER_KIND.ERROR;
  subject = 0;

  constructor(writer: ResponseWriter, steering: Steering) {
    this.#writer = writer;
    this.#services = new Services(writer, steering);
  }

  /** Forgets the last answer. */
  reset(): void {
    this.#count(ANSWER_KIND.ERROR, 0);
  }

  /** Fills the sections and the response code for a query that is well formed and ours to look at. */
  resolve(snapshot: Snapshot, query: Query, source: Source): void {
    const lookup = this.#lookup;
    this.#answeredCount = 0;
    let ownerAt = QNAME_AT;
    for (let chain = 0; chain <= CHAIN_MAX; chain++) {
      lookup.setName(this.#writer.out, ownerAt);
      lookup.find(snapshot.names, query.qtype);
      // If a CNAME leads out of our zones, the resolver asks for its target. If the question itself is outside, it is
      // refused.
      if (lookup.outcome === OUTCOME.NOT_OURS) {
        if (chain === 0) this.#writer.rcode = RCODE.REFUSED;
        return;
      }
      // AA speaks of the first owner name alone (RFC 1035 section 4.1.1), and never for all classes (section 6.2).
      if (chain === 0) {
        this.#writer.isAuthoritative = lookup.outcome !== OUTCOME.REFERRAL && query.qclass === CLASS.IN;
      }
      ownerAt = this.#step(snapshot, query, source, ownerAt);
      if (ownerAt === NOWHERE) return;
    }
  }

  /** Writes what the look-up found. Returns where in the message the name stands that it leads on to, or NOWHERE. */
  #step(snapshot: Snapshot, query: Query, source: Source, ownerAt: number): number {
    switch (this.#lookup.outcome) {
      case OUTCOME.REFERRAL:
        this.#count(ANSWER_KIND.REFERRAL, this.#lookup.node);
        writeReferral(snapshot.names, this.#lookup, ownerAt, this.#writer);
        return NOWHERE;
      case OUTCOME.NXDOMAIN:
        this.#writer.rcode = RCODE.NXDOMAIN;
        // Counted by zone: a flood of made-up names uses each name only once.
        this.#count(ANSWER_KIND.NXDOMAIN, snapshot.names.words[this.#lookup.node + NODE.ZONE]);
        writeDenial(snapshot.names, this.#lookup, ownerAt, this.#writer);
        return NOWHERE;
      case OUTCOME.DNAME:
        this.#count(ANSWER_KIND.DATA, this.#lookup.node);
        return this.#redirect(snapshot, query, ownerAt);
      default:
        this.#count(ANSWER_KIND.DATA, this.#lookup.node);
        return this.#answerNode(snapshot, query, source, ownerAt);
    }
  }

  #count(kind: AnswerKind, subject: number): void {
    this.kind = kind;
    this.subject = subject;
  }

  /**
   * Notes that an RRset goes into the answer. Returns false if it is there already: then the chain is a loop, or
   * nearly. The resolver can go on with what is there, and an answer holds an RRset only once.
   */
  #isNew(rrset: number): boolean {
    for (let index = 0; index < this.#answeredCount; index++) if (this.#answered[index] === rrset) return false;
    this.#answered[this.#answeredCount++] = rrset;
    return true;
  }

  /** Writes the CNAME. Returns where in the message its target stands. */
  #alias(snapshot: Snapshot, cname: number, ownerAt: number): number {
    if (!this.#isNew(cname)) return NOWHERE;
    const targetAt = this.#writer.at + RECORD_FIXED_BYTES;
    if (copyRrset(snapshot.names, cname, SECTION.ANSWER, ownerAt, this.#writer)) return targetAt;
    this.#writer.isTruncated = true;
    return NOWHERE;
  }

  /** Follows a DNAME. Returns where in the message the target stands of the CNAME made from it, or NOWHERE. */
  #redirect({ names }: Snapshot, query: Query, ownerAt: number): number {
    const dname = names.rrset(this.#lookup.node, TYPE.DNAME);
    if (!this.#isNew(dname)) return NOWHERE;
    const targetAt = writeRedirection(names, dname, this.#lookup, ownerAt, this.#writer);
    // A question for CNAME is answered by the CNAME made here (RFC 1034 section 4.3.2, step 3a): its target is another
    // question.
    return query.qtype === TYPE.CNAME ? NOWHERE : targetAt;
  }

  /**
   * Answers from the node found: by its RRset of the type, by its service, by its CNAME, or with the denial of all of
   * them. Returns where in the message the CNAME's target stands, or NOWHERE.
   */
  #answerNode(snapshot: Snapshot, query: Query, source: Source, ownerAt: number): number {
    const { names } = snapshot;
    const { node } = this.#lookup;
    const isAny = query.qtype === TYPE.ANY;
    // ANY gets one RRset: a resolver that wants all asks for each (RFC 8482 section 4.1).
    const rrset =
      isAny && names.words[node + NODE.RRSET_COUNT] > 0 ? node + NODE.WORDS : names.rrset(node, query.qtype);
    if (rrset !== 0) {
      if (this.#isNew(rrset) && !copyRrset(names, rrset, SECTION.ANSWER, ownerAt, this.#writer)) {
        this.#writer.isTruncated = true;
      }
      return NOWHERE;
    }
    if (names.words[node + NODE.SERVICE_PLUS_1] !== 0) {
      return this.#answerService(snapshot, query, source, ownerAt);
    }
    const cname = names.rrset(node, TYPE.CNAME);
    if (cname !== 0) return this.#alias(snapshot, cname, ownerAt);
    return this.#noData(snapshot, ownerAt);
  }

  #noData(snapshot: Snapshot, ownerAt: number): number {
    this.#count(ANSWER_KIND.NO_DATA, this.#lookup.node);
    writeDenial(snapshot.names, this.#lookup, ownerAt, this.#writer);
    return NOWHERE;
  }

  /**
   * Answers from the service of the node found, which has no RRset of the type. Returns where in the message the target
   * of the CNAME stands that it answered with, or NOWHERE.
   */
  #answerService(snapshot: Snapshot, query: Query, source: Source, ownerAt: number): number {
    const { node } = this.#lookup;
    const writer = this.#writer;
    // Beside other data a CNAME can't stand (RFC 1034 section 3.6.2). At an apex there is some: it has a SOA.
    const isAlone = snapshot.names.words[node + NODE.RRSET_COUNT] === 0;
    // Asked again in the same chain, it might draw another CNAME.
    if (!this.#isNew(node)) return NOWHERE;
    const targetAt = writer.at + RECORD_FIXED_BYTES;
    const steered = this.#services.ask(snapshot, node, isAlone, query, source, ownerAt);
    if (steered === STEERED.NO_DATA) return this.#noData(snapshot, ownerAt);
    if (steered === STEERED.UNKNOWN) this.#fail(ownerAt, EXTENDED_ERROR.NOT_READY);
    if (steered === STEERED.REFUSED) this.#fail(ownerAt, EXTENDED_ERROR.NO_ENDPOINT_UP);
    if (steered === STEERED.TRUNCATED) writer.isTruncated = true;
    // A question for CNAME or ANY is answered by the CNAME itself (RFC 1034 section 4.3.2, step 3a).
    return steered === STEERED.ALIASED && query.qtype !== TYPE.CNAME && query.qtype !== TYPE.ANY ? targetAt : NOWHERE;
  }

  /** Another of our servers may know the answer. Resolvers would believe a denial, and keep it. */
  #fail(ownerAt: number, extendedError: ExtendedError): void {
    const writer = this.#writer;
    this.#count(ANSWER_KIND.ERROR, 0);
    writer.rcode = RCODE.SERVFAIL;
    writer.extendedError = extendedError;
    if (ownerAt === QNAME_AT) writer.isAuthoritative = false;
  }
}

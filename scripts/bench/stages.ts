import { Answerer } from '../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../src/dataplane/answering/batch-clock.ts';
import { ClientAddress } from '../../src/dataplane/answering/client.ts';
import { Cookies } from '../../src/dataplane/answering/cookies.ts';
import { Lookup } from '../../src/dataplane/answering/lookup.ts';
import { type OptContext, OptWriter } from '../../src/dataplane/answering/opt.ts';
import { QNAME_AT, ResponseWriter } from '../../src/dataplane/answering/response.ts';
import { Steering } from '../../src/dataplane/answering/steer.ts';
import { Counters } from '../../src/dataplane/counters.ts';
import { Stopwatch } from '../../src/dataplane/stopwatch.ts';
import { OPTION, TYPE } from '../../src/dns/constants.ts';
import { decodeQuery } from '../../src/dns/decode.ts';
import { Query } from '../../src/dns/query.ts';
import { packedValue } from '../../src/net/trie.ts';
import { walkHeaded4 } from '../../src/net/trie-heads.ts';
import { ROW_BYTES } from '../../src/snapshot/counters.ts';
import { makeDemandTable } from '../../src/snapshot/demand.ts';
import { FORM_TABLE, SERVICE_FORM } from '../../src/snapshot/service.ts';
import type { PlaneSettings } from '../../src/snapshot/settings.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { Random } from '../../src/util/random.ts';
import { Senders } from './answers.ts';
import { makeQuery } from './messages.ts';

/** A part of what an answer takes, by itself. */
export interface Stage {
  readonly name: string;
  /** Does it for the query with a number. */
  readonly run: (index: number) => void;
}

/** More than fit the nearest cache, with the paths of the trie that they take. */
export const QUERIES = 1024;

const SETTINGS: PlaneSettings = { cookies: { secrets: [new Uint8Array(16)], isRequired: false } };
const TTL_SECONDS = 30;

/** Queries for a service of `nearest`, each with the subnet of another client. */
export function subnetQueries(random: Random): readonly Uint8Array[] {
  return Array.from({ length: QUERIES }, () => {
    const data = Buffer.of(0, 1, 24, 0, 1 + random.below(223), random.below(256), random.below(256));
    // No Buffer, but what recvmmsg fills: code that sees both is slower for each.
    return new Uint8Array(makeQuery('www.example.com', [{ code: OPTION.CLIENT_SUBNET, data }]));
  });
}

/** A server's answers, counted and timed as a worker has it. */
export function countedAnswerer(counters: Counters): Answerer {
  counters.takeDemand(makeDemandTable(1, 1, 3));
  const stopwatch = new Stopwatch(counters, () => performance.now());
  return new Answerer(new Random(1), SETTINGS, new BatchClock(Date.now), counters, stopwatch);
}

/** The stages in their order, and behind them the whole. */
export function makeStages(snapshot: Snapshot, queries: readonly Uint8Array[]): readonly Stage[] {
  const counters = new Counters(new SharedArrayBuffer(ROW_BYTES), 0);
  const answerer = countedAnswerer(counters);
  const source = new Senders(['192.0.2.1']);
  const decoded = queries.map((message) => {
    const query = new Query();
    decodeQuery(message, message.length, query);
    return query;
  });
  return [
    ...reading(snapshot, queries, decoded),
    ...writing(snapshot, queries, decoded),
    {
      name: 'count',
      run: (index) => {
        counters.addAnswer(decoded[index].qtype, 0, decoded[index].hasSubnet, false);
        counters.addDemand(0, index & 1);
      },
    },
    {
      name: 'answer(), the whole',
      run: (index) => {
        answerer.answer(snapshot, queries[index], queries[index].length, source);
      },
    },
  ];
}

function reading(snapshot: Snapshot, queries: readonly Uint8Array[], decoded: readonly Query[]): readonly Stage[] {
  const scratch = new Query();
  const lookup = new Lookup();
  const client = new ClientAddress();
  const { words } = snapshot.services[0];
  const trie = snapshot.tries[words[words[SERVICE_FORM.A_OR_CNAME] + FORM_TABLE.TRIE]];
  let sum = 0;
  return [
    { name: 'decode', run: (index) => decodeQuery(queries[index], queries[index].length, scratch) },
    {
      name: 'name',
      run: (index) => {
        lookup.setName(queries[index], QNAME_AT);
        lookup.find(snapshot.names, TYPE.A);
      },
    },
    {
      name: 'geo',
      run: (index) => {
        client.setSubnet(decoded[index]);
        sum = (sum + packedValue(walkHeaded4(trie, client.w0))) | 0;
      },
    },
  ];
}

function writing(snapshot: Snapshot, queries: readonly Uint8Array[], decoded: readonly Query[]): readonly Stage[] {
  const writer = new ResponseWriter();
  const steering = new Steering(new Random(1));
  // One for all: of the walk to its row, which is a stage of its own, nothing is left to wait for.
  const client = new ClientAddress();
  client.setSubnet(decoded[0]);
  const opt = new OptWriter(SETTINGS, new Cookies(SETTINGS.cookies));
  const context = contextOf(client);
  return [
    {
      name: 'draw',
      run: (index) => {
        writer.at = queries[index].length;
        steering.answer(snapshot, 0, SERVICE_FORM.A_OR_CNAME, client, writer, QNAME_AT, TTL_SECONDS);
      },
    },
    {
      name: 'encode',
      run: (index) => {
        const query = decoded[index];
        writer.begin(queries[index], query, context.limit - opt.bytes(query, undefined));
        writer.at = opt.write(writer.out, writer.at, query, context);
        writer.finish(query);
      },
    },
  ];
}

function contextOf(sender: ClientAddress): OptContext {
  return {
    ...{ sender, nowSeconds: 0, limit: 1232, tsigBytes: 0, rcode: 0, scopeBits: 24 },
    ...{ extendedError: undefined, idleMs: undefined, isEncrypted: false },
  };
}

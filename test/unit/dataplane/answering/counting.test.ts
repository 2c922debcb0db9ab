import { expect, test } from 'vitest';
import { Answerer } from '../../../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../../../src/dataplane/answering/batch-clock.ts';
import { Counters } from '../../../../src/dataplane/counters.ts';
import { ROW_BYTES, sumCounters, sumQueryCounts } from '../../../../src/snapshot/counters.ts';
import { makeDemandTable, readDemand } from '../../../../src/snapshot/demand.ts';
import { RATE_LIMIT_BUCKET_BYTES } from '../../../../src/snapshot/settings.ts';
import { Random } from '../../../../src/util/random.ts';
import { snapshotOf } from '../../../support/answering.ts';
import { encodeQuery, type Question } from '../../../support/dns-client.ts';

const A_SECOND = 3;

const snapshot = snapshotOf({
  zones: { 'example.com.': 'www SERVICE web\nalias CNAME www\nplain A 192.0.2.9\n' },
  services: { other: { endpoints: { north: ['192.0.2.1'] } }, web: { endpoints: { south: ['192.0.2.2'] } } },
});

function counting() {
  const table = new SharedArrayBuffer(ROW_BYTES);
  const counters = new Counters(table, 0);
  const demand = makeDemandTable(1, 2, 2);
  counters.takeDemand(demand);
  const rateLimit = {
    perSecond: Array<number>(5).fill(A_SECOND),
    ...{ slip: 2, ipv4Bits: 24, ipv6Bits: 56, exempt: [] },
    table: new SharedArrayBuffer(1024 * RATE_LIMIT_BUCKET_BYTES),
    seed: [1, 2] as const,
  };
  const cookies = { secrets: [new Uint8Array(16)], isRequired: false };
  const answerer = new Answerer(new Random(1), { cookies, rateLimit }, new BatchClock(() => 0), counters);
  const ask = (question: Question | Buffer, times = 1): void => {
    const message = Buffer.isBuffer(question) ? question : encodeQuery(question);
    const source = {
      isStream: false,
      resolverAddress: (into: { w0: number }) => {
        into.w0 = 0x7f000001;
      },
    };
    for (let time = 0; time < times; time++) answerer.answer(snapshot, message, message.length, source);
  };
  return { table, demand, ask };
}

test('answers are counted by type, response code, service and region', () => {
  const { table, demand, ask } = counting();
  ask({ name: 'www.example.com' });
  ask({ name: 'alias.example.com' });
  ask({ name: 'www.example.com', type: 'AAAA' });
  ask({ name: 'plain.example.com' });
  ask({ name: 'none.example.com', type: 'TXT' });
  ask({ name: 'example.org' });
  expect(sumQueryCounts(table).answers).toEqual([
    { type: 1, rcode: 0, count: 3 },
    { type: 1, rcode: 5, count: 1 },
    { type: 16, rcode: 3, count: 1 },
    { type: 28, rcode: 0, count: 1 },
  ]);
  // No region is in an answer without addresses.
  expect(readDemand(demand)).toEqual({ services: Float64Array.of(0, 3), regions: Float64Array.of(0, 2) });
});

test('what is not answered, or not with what was asked for, is counted apart', () => {
  const { table, demand, ask } = counting();
  ask({ name: 'www.example.com' }, A_SECOND + 5);
  ask(Buffer.alloc(11));
  expect(sumCounters(table)).toMatchObject({ limitedSlipped: 2, limitedDropped: 3, truncated: 2, ignored: 1 });
  expect(sumQueryCounts(table).answers).toEqual([{ type: 1, rcode: 0, count: A_SECOND + 2 }]);
  expect(readDemand(demand).services).toEqual(Float64Array.of(0, A_SECOND));
});

import { expect, test } from 'vitest';
import { Answerer } from '../../../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../../../src/dataplane/answering/batch-clock.ts';
import type { PlaneSettings } from '../../../../src/snapshot/settings.ts';
import { Random } from '../../../../src/util/random.ts';
import { snapshotOf } from '../../../support/answering.ts';
import { option, query } from '../../../support/ask.ts';
import { decode } from '../../../support/case.ts';
import { NOW_MS, SECRET } from '../../../support/cookie.ts';
import { clientAt, limitsOf } from '../../../support/rate-limit.ts';

const NSID = option(3, '');
const snapshot = snapshotOf({ zones: { 'example.com.': 'www A 192.0.2.1' } });
const settings: PlaneSettings = { cookies: { secrets: [SECRET], isRequired: false } };
const asked = query('www.example.com. A', { edns: { options: [NSID] } });
const source = { isStream: false, resolverAddress: (into: ReturnType<typeof clientAt>) => into.copy(clientAt('::1')) };

function ask(answerer: Answerer) {
  const length = answerer.answer(snapshot, asked, asked.length, source);
  return length === 0 ? undefined : decode(answerer.out.slice(0, length));
}

test('settings are taken over between two queries: what is said of the server, and the limit', () => {
  const answerer = new Answerer(new Random(1), settings, new BatchClock(() => NOW_MS));
  expect(ask(answerer)?.opt?.options).toEqual([]);
  answerer.configure({ ...settings, nsid: 'ns1', rateLimit: limitsOf({ perSecond: [1, 1, 1, 1, 1] }) });
  expect(ask(answerer)?.opt?.options).toEqual([[3, Buffer.from('ns1').toString('hex')]]);
  expect(ask(answerer)).toBeUndefined();
  answerer.configure(settings);
  expect(ask(answerer)?.opt?.options).toEqual([]);
});

test('an answer is written where the transport says', () => {
  const answerer = new Answerer(new Random(1), settings, new BatchClock(() => NOW_MS));
  const own = new Uint8Array(1232);
  answerer.out = own;
  const length = answerer.answer(snapshot, asked, asked.length, source);
  expect(answerer.out).toBe(own);
  expect(decode(own.slice(0, length)).answer).toEqual(['www.example.com. 300 A 192.0.2.1']);
});

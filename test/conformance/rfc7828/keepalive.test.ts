import { Answering } from '../../support/answering.ts';
import { option } from '../../support/ask.ts';
import { type Case, testCases } from '../../support/case.ts';
import { OVER, UDP_ONLY } from '../../support/way.ts';

const answering = new Answering({ zones: { 'example.com.': 'www A 192.0.2.1' } });
const answer = ['www.example.com. 300 A 192.0.2.1'];
const KEEPALIVE = option(11, '');
const asking: Pick<Case, 'query' | 'asked' | 'answer'> = {
  query: 'www.example.com. A',
  asked: { edns: { options: [KEEPALIVE] } },
  answer,
};
const stream = { isStream: true, idleMs: 10_000 };
const ten = { options: [[11, '0064']] } as const;

testCases('RFC 7828 section 3.3, for how long a connection may be idle', answering, [
  { name: 'is said to who asks, in tenths of a second', ...asking, ...stream, ...ten },
  { name: 'parts of a tenth are not promised', ...asking, ...stream, idleMs: 10_099, ...ten },
  { name: 'more than an option can say', ...asking, ...stream, idleMs: 6_553_600, options: [[11, 'ffff']] },
  { name: 'just what it can say', ...asking, ...stream, idleMs: 6_553_500, options: [[11, 'ffff']] },
  { name: 'asked twice', ...asking, asked: { edns: { options: [KEEPALIVE, KEEPALIVE] } }, ...stream, ...ten },
  {
    name: 'with a time-out of the client, which says nothing',
    ...asking,
    asked: { edns: { options: [option(11, 'ffff')] } },
    ...stream,
    ...ten,
  },
  { name: 'with an error', ...asking, query: 'example.com. TYPE254', answer: [], rcode: 'NOTIMP', ...stream, ...ten },
  { name: 'not said where nobody asks', ...asking, asked: { edns: {} }, ...stream },
  { name: 'not said without EDNS', ...asking, asked: {}, ...stream },
]);

// No server does: what a configuration allows is a second at the least, and each stream knows it.
if (OVER === undefined) {
  testCases('RFC 7828 section 3.3, what a stream could say and none does', answering, [
    { name: 'nothing: the client shall close (section 3.4)', ...asking, ...stream, idleMs: 0, options: [[11, '0000']] },
    { name: 'not said by a stream that does not say it', ...asking, isStream: true },
  ]);
}

testCases('RFC 7828 section 3.2.1, over UDP', answering, [{ name: 'the option is ignored', ...asking, ...UDP_ONLY }]);

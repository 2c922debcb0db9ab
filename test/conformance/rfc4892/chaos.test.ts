import { Answering } from '../../support/answering.ts';
import { type Case, testCases } from '../../support/case.ts';

const world = { zones: { 'example.com.': 'www A 192.0.2.1', 'bind.': '@ TXT "of class IN"' } };
const open = new Answering(world, { nsid: 'fra1', hostname: 'ns1.example.net', version: 'Aya 1.0' });
const CH = { class: 3 };

const text = (name: string, said: string): string => {
  const data = Buffer.concat([Buffer.of(said.length), Buffer.from(said)]).toString('hex');
  return `${name} 0 CH TXT \\# ${data.length / 2} ${data}`;
};
const says = (name: string, said: string, type = 'TXT'): Case => ({
  name: `${name} ${type}`,
  query: `${name} ${type}`,
  asked: CH,
  answer: [text(name, said)],
});
const refused = (question: string, code = 3): Case => ({
  name: `${question}, class ${code}`,
  query: question,
  asked: { class: code },
  rcode: 'REFUSED',
});

testCases('RFC 4892 section 2, what the server says of itself, with AA and TTL 0', open, [
  says('id.server.', 'fra1'),
  says('hostname.bind.', 'ns1.example.net'),
  says('version.bind.', 'Aya 1.0'),
  says('version.server.', 'Aya 1.0'),
  says('ID.SERVER.', 'fra1'),
  says('VeRsIoN.bInD.', 'Aya 1.0'),
  says('hostname.bind.', 'ns1.example.net', 'ANY'),
  { ...says('version.bind.', 'Aya 1.0'), name: 'over TCP', isStream: true },
  {
    ...says('version.bind.', 'Aya 1.0'),
    name: 'with RD, which is given back',
    asked: { class: 3, flags: 'rd' },
    flags: 'aa rd',
  },
  { ...says('version.bind.', 'Aya 1.0'), name: 'with EDNS', asked: { class: 3, edns: {} } },
]);

testCases('RFC 4892 section 2, nothing else', open, [
  refused('id.server. A'),
  refused('version.bind. SOA'),
  refused('version.bind. NS'),
  refused('authors.bind. TXT'),
  refused('bind. TXT'),
  refused('server. TXT'),
  refused('x.version.bind. TXT'),
  refused('version.bine. TXT'),
  refused('version-bind. TXT'),
  refused('\\022ersion.bind. TXT'),
  refused('id@server. TXT'),
  refused('. TXT'),
  refused('www.example.com. A'),
  refused('version.bind. TYPE252'),
  { ...refused('version.bind. TYPE253'), rcode: 'NOTIMP' },
]);

testCases('in class CHAOS alone', open, [
  refused('version.server. TXT', 1),
  refused('version.server. TXT', 4),
  refused('version.server. TXT', 254),
  refused('version.server. TXT', 255),
  {
    name: 'a zone of class IN answers for itself',
    query: 'bind. TXT',
    answer: ['bind. 300 TXT \\# 12 0b6f6620636c61737320494e'],
  },
]);

testCases('each of them only where the server has something to say', new Answering(world, { hostname: 'h' }), [
  says('hostname.bind.', 'h'),
  refused('id.server. TXT'),
  refused('version.bind. TXT'),
  refused('version.server. TXT'),
]);

testCases('the longest text fits a datagram without EDNS', new Answering(world, { version: 'v'.repeat(100) }), [
  says('version.server.', 'v'.repeat(100)),
]);

import { Answering, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const zones = {
  'example.com.': `
www A 192.0.2.1
www A 192.0.2.2
www MX 10 www
alias CNAME www
a.ent A 192.0.2.3
four SERVICE four
six SERVICE six
down SERVICE down
`,
};
const services = {
  four: { endpoints: { here: ['192.0.2.9'] } },
  six: { endpoints: { here: ['2001:db8::9'] } },
  down: { endpoints: { here: ['192.0.2.66', '2001:db8::66'] }, whenAllDown: 'none' },
} as const;

testCases(
  'RFC 8482 section 4.1, ANY gets one RRset',
  new Answering({ zones, services, down: ['192.0.2.66', '2001:db8::66'] }),
  [
    {
      name: 'the first, whole',
      query: 'www.example.com. ANY',
      answer: ['www.example.com. 300 A 192.0.2.1', 'www.example.com. 300 A 192.0.2.2'],
    },
    {
      name: 'a CNAME, not followed',
      query: 'alias.example.com. ANY',
      answer: ['alias.example.com. 300 CNAME www.example.com.'],
    },
    { name: 'an empty non-terminal has none', query: 'ent.example.com. ANY', authority: [soaOf('example.com.')] },
    { name: 'no such name', query: 'nope.example.com. ANY', rcode: 'NXDOMAIN', authority: [soaOf('example.com.')] },
    { name: 'a service: its A records', query: 'four.example.com. ANY', answer: ['four.example.com. 20 A 192.0.2.9'] },
    {
      name: 'a service without A records: its AAAA records',
      query: 'six.example.com. ANY',
      answer: ['six.example.com. 20 AAAA 2001:db8::9'],
    },
    { name: 'a service with nothing to answer', query: 'down.example.com. ANY', authority: [soaOf('example.com.')] },
  ],
);

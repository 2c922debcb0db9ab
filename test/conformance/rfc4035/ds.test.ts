import { Answering, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const digest = 'ab'.repeat(32);
const zones = {
  'example.com.': `
signed NS ns1.example.
signed DS 1 8 2 ${digest}
plain NS ns1.example.
www A 192.0.2.1
`,
};

testCases('RFC 4035 section 3.1.4.1, DS', new Answering({ zones }), [
  {
    name: 'the parent side of a cut answers',
    query: 'signed.example.com. DS',
    answer: [`signed.example.com. 300 DS \\# 36 00010802${digest}`],
  },
  { name: 'and denies where there is none', query: 'plain.example.com. DS', authority: [soaOf('example.com.')] },
  {
    name: 'below the cut it is the child’s to say',
    query: 'x.plain.example.com. DS',
    flags: '',
    authority: ['plain.example.com. 300 NS ns1.example.'],
  },
  {
    name: 'at the apex of a zone whose parent is not served: NODATA',
    query: 'example.com. DS',
    authority: [soaOf('example.com.')],
  },
  { name: 'where there is no cut', query: 'www.example.com. DS', authority: [soaOf('example.com.')] },
]);

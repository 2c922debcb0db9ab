import { Answering } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const zones = {
  'example.com.': `
mixed 600 A 192.0.2.1
mixed 60 A 192.0.2.2
twice 600 A 192.0.2.3
twice 600 A 192.0.2.3
brief 5 CNAME twice
zero 0 A 192.0.2.4
most 2147483647 A 192.0.2.5
`,
};

testCases('RFC 2181, RRsets and their TTL', new Answering({ zones }), [
  {
    name: 'one TTL an RRset, the lowest written (section 5.2)',
    query: 'mixed.example.com. A',
    answer: ['mixed.example.com. 60 A 192.0.2.1', 'mixed.example.com. 60 A 192.0.2.2'],
  },
  {
    name: 'no record twice (section 5)',
    query: 'twice.example.com. A',
    answer: ['twice.example.com. 600 A 192.0.2.3'],
  },
  {
    name: 'each RRset of a chain with its own TTL',
    query: 'brief.example.com. A',
    answer: ['brief.example.com. 5 CNAME twice.example.com.', 'twice.example.com. 600 A 192.0.2.3'],
  },
  { name: 'TTL 0 (section 8)', query: 'zero.example.com. A', answer: ['zero.example.com. 0 A 192.0.2.4'] },
  {
    name: 'the highest TTL (section 8)',
    query: 'most.example.com. A',
    answer: ['most.example.com. 2147483647 A 192.0.2.5'],
  },
]);

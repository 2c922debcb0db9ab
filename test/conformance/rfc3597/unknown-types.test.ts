import { Answering, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const zones = { 'example.com.': 'www TYPE65280 \\# 4 DEADBEEF\nwww TYPE666 \\# 0\n*.w TYPE65534 \\# 1 00' };

testCases('RFC 3597, types without a name', new Answering({ zones }), [
  {
    name: 'as they stand in the zone',
    query: 'www.example.com. TYPE65280',
    answer: ['www.example.com. 300 TYPE65280 \\# 4 deadbeef'],
  },
  { name: 'with empty rdata', query: 'www.example.com. TYPE666', answer: ['www.example.com. 300 TYPE666 \\# 0'] },
  { name: 'by a wildcard', query: 'x.w.example.com. TYPE65534', answer: ['x.w.example.com. 300 TYPE65534 \\# 1 00'] },
  { name: 'NODATA', query: 'www.example.com. TYPE65281', authority: [soaOf('example.com.')] },
  { name: 'the highest', query: 'www.example.com. TYPE65535', authority: [soaOf('example.com.')] },
]);

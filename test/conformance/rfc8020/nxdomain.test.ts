import { Answering, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const answering = new Answering({
  zones: { 'example.com.': 'a.b.c.d A 192.0.2.1\n_443._tcp.www TYPE65280 \\# 1 00\nsvc.x SERVICE web' },
  services: { web: { endpoints: { here: ['192.0.2.9'] } } },
});
const soa = { authority: [soaOf('example.com.')] };

testCases('RFC 8020 section 2, NXDOMAIN says that nothing is below: so names above others exist', answering, [
  { name: 'one label above', query: 'b.c.d.example.com. A', ...soa },
  { name: 'two labels above', query: 'c.d.example.com. A', ...soa },
  { name: 'three labels above', query: 'd.example.com. ANY', ...soa },
  { name: 'a name with underscores only below', query: 'www.example.com. A', ...soa },
  { name: 'above a service', query: 'x.example.com. A', ...soa },
  { name: 'beside them', query: 'x.c.d.example.com. A', rcode: 'NXDOMAIN', ...soa },
  { name: 'above nothing', query: 'e.example.com. A', rcode: 'NXDOMAIN', ...soa },
]);

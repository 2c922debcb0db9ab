import { describe, expect, test } from 'vitest';
import { QUERIES_USAGE, runQueries } from '../../src/cli/queries.ts';
import { TcpClient } from '../support/dns-client.ts';
import { entriesOf, namesIn, startLogged } from './logged.ts';

describe('the query log', () => {
  test('has a line for each query, whatever brought it and whatever became of it', async () => {
    await using aya = await startLogged();
    await aya.ask({ name: 'WWW.example.com', subnet: '203.0.113.0/24' });
    await aya.ask({ name: 'nope.example.com', type: 'AAAA' });
    await using tcp = await TcpClient.open(aya.port);
    await tcp.ask('www.example.org');
    await namesIn(aya, 3);
    const common = { resolver: '127.0.0.1', qclass: 'IN', time: expect.stringMatching(/^20\d\d-.*Z$/) as string };
    const entries = entriesOf(aya).toSorted((a, b) => a.time.localeCompare(b.time));
    expect(entries).toEqual([
      {
        ...common,
        ...{ transport: 'UDP', clientSubnet: '203.0.113.0/24', scopePrefixLength: 0 },
        ...{ qname: 'WWW.example.com.', qtype: 'A', rcode: 'NOERROR', flags: ['AA'] },
        ...{ service: 'web', region: 'west', responseBytes: expect.any(Number) as number },
      },
      {
        ...common,
        ...{ transport: 'UDP', qname: 'nope.example.com.', qtype: 'AAAA', rcode: 'NXDOMAIN', flags: ['AA'] },
        responseBytes: expect.any(Number) as number,
      },
      {
        ...common,
        ...{ transport: 'TCP', qname: 'www.example.org.', qtype: 'A', rcode: 'REFUSED', flags: [], responseBytes: 33 },
      },
    ]);
  });
});

describe('aya queries', () => {
  test('is told where no server listens, and how it is used', async () => {
    const said: string[] = [];
    const io = { out: () => {}, err: (line: string) => void said.push(line) };
    expect(await runQueries(['--socket', '/nowhere/aya.sock'], io)).toBe(1);
    expect(await runQueries(['--client', 'somewhere', '--socket', '/nowhere/aya.sock'], io)).toBe(2);
    expect(said).toEqual(['aya: no server listens at /nowhere/aya.sock', QUERIES_USAGE]);
  });
});

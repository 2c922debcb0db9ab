import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zone } from '../blackbox/zone.ts';
import { type Aya, startAya } from '../support/aya.ts';
import { describeWith, Peer, run } from '../support/programs.ts';

const LONG_TEXT = Array.from({ length: 8 }, (_, index) => `"${String(index).repeat(200)}"`).join(' ');
const WORLD = `
geo: { networks: { east: [18.0.0.0/8, 127.0.0.0/8] } }
regions: { east: {}, west: {} }
policies: { by-map: [{ map: [{ from: { network: east }, to: [east] }, { to: [west] }] }] }
services: { web: { policy: by-map, ttl: 20s, endpoints: { east: { a: 192.0.2.1 }, west: { a: 192.0.2.2 } } } }
${zone(`www SERVICE web
        mail A 192.0.2.25
        alias CNAME mail
        big TXT ${LONG_TEXT}`)}
`;

const EXPECTED_WARNING = /^;; WARNING: truncated reply .* retrying over TCP$/m;

/** Aya under other clients than dig: those of Knot, BIND's validator, and a load generator. */
describe('other clients', () => {
  let aya: Aya;
  beforeAll(async () => {
    aya = await startAya(WORLD);
  });
  afterAll(() => aya?.[Symbol.asyncDispose]());

  const kdig = async (args: string): Promise<string> => {
    const { code, out, err } = await run('kdig', [
      '@127.0.0.1',
      '-p',
      String(aya.port),
      '+retry=0',
      ...args.split(' '),
    ]);
    expect(code, err).toBe(0);
    expect(err.replace(EXPECTED_WARNING, '').trim()).toBe('');
    return out;
  };

  describeWith(['kdig'], 'kdig', () => {
    test.each<[args: string, shown: readonly RegExp[]]>([
      [
        'www.example.com',
        [/status: NOERROR/, /Flags: qr aa rd;/, /^www\.example\.com\.\s+20\s+IN\s+A\s+192\.0\.2\.1$/m],
      ],
      ['nobody.example.com', [/status: NXDOMAIN/, /^example\.com\.\s+60\s+IN\s+SOA\s+ns1/m]],
      ['www.example.org', [/status: REFUSED/]],
      ['alias.example.com', [/\sCNAME\s+mail\.example\.com\.\n/, /\sA\s+192\.0\.2\.25\n/]],
      ['+edns=0 www.example.com', [/Version: 0; flags: ; UDP size: 1232 B; ext-rcode: NOERROR/]],
      ['+edns=1 www.example.com', [/Version: 0; flags: ; .* ext-rcode: BADVERS/]],
      ['+dnssec www.example.com', [/flags: do;/]],
      ['+subnet=18.7.22.0/24 www.example.com', [/CLIENT-SUBNET: 18\.7\.22\.0\/24\/8/, /192\.0\.2\.1\n/]],
      ['+subnet=198.51.100.0/24 www.example.com', [/CLIENT-SUBNET: 198\.51\.100\.0\/24\/\d/, /192\.0\.2\.2\n/]],
      ['+bufsize=512 +ignore big.example.com TXT', [/Flags: qr aa tc rd; QUERY: 1; ANSWER: 0/]],
      ['+bufsize=512 big.example.com TXT', [/"7{200}"/, /\(TCP\)/]],
      ['+tcp www.example.com', [/192\.0\.2\.1\n/, /\(TCP\)/]],
      ['+json www.example.com', [/"rdataA": "192\.0\.2\.1"/, /"RDATAHEX": "C0000201"/]],
    ])('%s', async (args, shown) => {
      const out = await kdig(args);
      for (const part of shown) expect(out).toMatch(part);
    });

    test('many questions over one connection', async () => {
      const names = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'mail' : `n${index}`));
      const out = await kdig(`+tcp +keepopen ${names.map((name) => `${name}.example.com`).join(' ')}`);
      expect(out.match(/status: NOERROR/g)).toHaveLength(20);
      expect(out.match(/status: NXDOMAIN/g)).toHaveLength(20);
    });
  });

  describeWith(['delv'], 'delv, with nothing to validate by', () => {
    const delv = (args: string) => run('delv', ['@127.0.0.1', '-p', String(aya.port), '-i', ...args.split(' ')]);

    test.each<[args: string, shown: readonly RegExp[]]>([
      ['www.example.com', [/^www\.example\.com\.\s+20\s+IN\s+A\s+192\.0\.2\.1$/m]],
      ['alias.example.com', [/\sCNAME\s+mail\.example\.com\.\n/, /\sA\s+192\.0\.2\.25\n/]],
      ['big.example.com TXT', [/"7{200}"/]],
      ['nobody.example.com', [/negative response/, /\$NXDOMAIN/, /SOA ns1\.example\.com\./]],
      ['mail.example.com MX', [/negative response/, /\$NXRRSET/, /SOA ns1\.example\.com\./]],
    ])('%s', async (args, shown) => {
      const { out, err } = await delv(args);
      for (const part of shown) expect(out + err).toMatch(part);
      expect(out + err).not.toMatch(/fully validated|broken trust chain|SERVFAIL|timed out/);
    });
  });

  describeWith(['dnsperf'], 'dnsperf loses none of a few thousand queries', () => {
    const QUERIES = 5_000;
    const names = ['www.example.com A', 'mail.example.com A', 'big.example.com TXT', 'nobody.example.com AAAA'];

    test.each([
      ['over UDP', []],
      ['over TCP', ['-m', 'tcp', '-c', '8']],
      ['over UDP, with EDNS and DO', ['-e', '-D']],
      ['over TCP, for forty clients of one network', ['-m', 'tcp', '-c', '40']],
    ])('%s', async (_, args) => {
      await using folder = new Peer('dnsperf');
      const data = folder.write(
        'queries',
        Array(QUERIES / names.length)
          .fill(`${names.join('\n')}\n`)
          .join(''),
      );
      const at = ['-s', '127.0.0.1', '-p', String(aya.port)];
      // 50 on their way at a time, so that none is lost for want of room in a socket's buffer.
      const { out, err } = await run('dnsperf', [...at, '-d', data, '-n', '1', '-q', '50', '-t', '10', ...args]);
      expect(out, err).toMatch(/Queries completed:\s+5000 \(100\.00%\)/);
      expect(out).toMatch(/Queries lost:\s+0 /);
      expect(out).toMatch(/Response codes:\s+NOERROR 3750 \(75\.00%\), NXDOMAIN 1250 \(25\.00%\)/);
    });
  });
});

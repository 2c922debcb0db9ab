import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another DNS server that answers by geography, with a configuration of its own that answers as Aya's does. */
export interface Peer {
  readonly name: string;
  readonly program: string;
  /** Writes its configuration; returns how it is started. */
  configure(port: number, database: string): readonly string[];
}

const ZONE = `$TTL 30
@ 3600 SOA ns1 hostmaster 1 7200 1800 259200 60
@ NS ns1
ns1 A 127.0.0.1
`;

const gdnsd: Peer = {
  name: 'gdnsd',
  program: 'gdnsd',
  configure(port, database) {
    const folder = newFolder('zones', 'geoip', 'run', 'state');
    copyFileSync(database, join(folder, 'geoip/map.mmdb'));
    writeFileSync(join(folder, 'zones/example.com'), `${ZONE}www 30 DYNA geoip!www\n`);
    const coordinates = 'us => [38.9, -77], eu => [50.1, 8.7], ap => [35.6, 139.7]';
    const addresses = 'us => 192.0.2.1, eu => 192.0.2.2, ap => 192.0.2.3';
    writeFileSync(
      join(folder, 'config'),
      `options => { listen => 127.0.0.1, dns_port => ${port}, udp_threads => 1, tcp_threads => 1,
  run_dir => ${folder}/run, state_dir => ${folder}/state }
plugins => { geoip => {
  maps => { m => { geoip2_db => map.mmdb, datacenters => [us, eu, ap], auto_dc_coords => { ${coordinates} } } }
  resources => { www => { map => m, service_types => up, dcmap => { ${addresses} } } } } }
`,
    );
    return ['gdnsd', '-c', folder, 'start'];
  },
};

const knot: Peer = {
  name: 'knot',
  program: 'knotd',
  configure(port, database) {
    const folder = newFolder('db', 'run');
    writeFileSync(join(folder, 'zone'), `$ORIGIN example.com.\n${ZONE}www A 192.0.2.1\n`);
    const rows = ['NA 192.0.2.1', 'EU 192.0.2.2', 'AS 192.0.2.3'].map((row) => row.split(' '));
    const geo = rows.map(([continent, address]) => `  - geo: "${continent}"\n    A: ${address}\n`);
    writeFileSync(join(folder, 'geo'), `www.example.com:\n${geo.join('')}`);
    writeFileSync(
      join(folder, 'conf'),
      `server:
  listen: 127.0.0.1@${port}
  rundir: ${folder}/run
  udp-workers: 1
  tcp-workers: 1
  edns-client-subnet: on
database:
  storage: ${folder}/db
log:
  - target: stderr
    any: error
mod-geoip:
  - id: g
    config-file: ${folder}/geo
    ttl: 30
    mode: geodb
    geodb-file: ${database}
    geodb-key: [ continent/code ]
zone:
  - domain: example.com
    file: ${folder}/zone
    module: mod-geoip/g
`,
    );
    return ['knotd', '-c', join(folder, 'conf')];
  },
};

const PEERS: readonly Peer[] = [gdnsd, knot];

/** Those that are installed. */
export function installedPeers(): readonly Peer[] {
  return PEERS.filter(({ program }) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);
}

function newFolder(...inside: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'aya-peer-'));
  for (const name of inside) mkdirSync(join(folder, name));
  return folder;
}

import { nameToText, type WireName } from '../../src/dns/name.ts';
import { formatRdata } from '../../src/dns/rdata/rdata.ts';
import { typeToText } from '../../src/dns/types.ts';
import { type LoadedZone, loadZone, type ReadInclude, type Zone, type ZoneNode } from '../../src/zone/zone.ts';
import { wireName } from './rdata-text.ts';

/** Files by the path that $INCLUDE names; any other cannot be read. */
export function includesFrom(files: Readonly<Record<string, string>>): ReadInclude {
  return (path) => {
    const text = files[path];
    return text === undefined ? { ok: false, reason: 'no such file' } : { ok: true, text, file: path };
  };
}

/** example.com. from the text of its file, `zone`. */
export function loadText(text: string, files: Readonly<Record<string, string>> = {}): LoadedZone {
  return loadZone(text, { apex: wireName('example.com.'), file: 'zone', readInclude: includesFrom(files) });
}

/** Every record and service of the zone as a line of text, in the order of the nodes. */
export function linesOf(zone: Zone): string[] {
  return [...zone.nodes].flatMap(([owner, { rrsets, service }]) => {
    const records = rrsets.flatMap(({ type, ttlSeconds, rdatas }) =>
      rdatas.map((rdata) => `${nameToText(owner)} ${ttlSeconds} ${typeToText(type)} ${formatRdata(type, rdata)}`),
    );
    if (service !== undefined)
      records.push(`${nameToText(owner)} ${service.ttlSeconds ?? '-'} SERVICE ${service.name}`);
    return records;
  });
}

/** What a zone that was loaded has, by owner. */
export function nodesOf(zone: Zone | undefined): ReadonlyMap<WireName, ZoneNode> {
  return new Map(zone?.nodes);
}

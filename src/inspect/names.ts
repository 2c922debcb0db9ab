import { NAME_BYTES_MAX, TYPE } from '../dns/constants.ts';
import { lowerCaseName, nameToText, parentOf, type WireName } from '../dns/name.ts';
import { hashName, NODE, RECORD_FIXED_BYTES, RRSET } from '../snapshot/names.ts';
import { NameRoom, type NamesView } from '../snapshot/names-view.ts';

/** What the zones say of a name, as far as it leads to a service. */
export interface Resolved {
  readonly kind: 'service' | 'records' | 'no-data' | 'nxdomain' | 'referral' | 'not-ours' | 'loop';
  /** The targets of the aliases on the way, inside our zones, in their order. */
  readonly aliases: readonly string[];
  /** Where the kind is `service`. */
  readonly service?: NamedService;
}

/** A service as a name of a zone has it. */
export interface NamedService {
  readonly slot: number;
  readonly ttlSeconds: number;
  /** Whether the name has nothing else, so that a CNAME may stand there. */
  readonly isAlone: boolean;
}

/** As many aliases as any resolver would follow. */
const ALIASES_MAX = 16;

/** Finds the service that answers for a name and type in the block that is served (RFC 1034 section 4.3.2). */
export function resolveName(names: NamesView, name: WireName, type: number): Resolved {
  const aliases: string[] = [];
  let current = lowerCaseName(name);
  for (;;) {
    const found = nodeOf(names, current);
    if (typeof found === 'string') return { kind: found, aliases };
    if (names.rrset(found.node, type) !== 0 && !found.isDname) return { kind: 'records', aliases };
    const service = found.isDname ? undefined : serviceOf(names, found.node);
    if (service !== undefined) return { kind: 'service', aliases, service };
    const target = found.isDname ? redirected(names, found, current) : targetOf(names, found.node, TYPE.CNAME);
    if (target === undefined) return { kind: 'no-data', aliases };
    if (aliases.length === ALIASES_MAX) return { kind: 'loop', aliases };
    aliases.push(nameToText(target));
    current = lowerCaseName(target);
  }
}

interface Found {
  readonly node: number;
  /** Whether the node is an ancestor that owns a DNAME. */
  readonly isDname: boolean;
  /** The owner of the DNAME. */
  readonly owner: WireName;
}

/** The name's node, or the wildcard's that stands for it (RFC 4592), or a DNAME's above it (RFC 6672). */
function nodeOf(names: NamesView, name: WireName): Found | 'not-ours' | 'referral' | 'nxdomain' {
  const { words } = names;
  for (let owner: WireName | undefined = name; owner !== undefined; owner = parentOf(owner)) {
    const room = new NameRoom(owner.length);
    room.octets.set(Buffer.from(owner, 'latin1'));
    const node = names.find(hashName(room.octets, 0, owner.length), room, 0, owner.length);
    if (node === 0) continue;
    if (words[node + NODE.CUT] !== 0) return 'referral';
    if (owner === name) return { node, isDname: false, owner };
    if (names.rrset(node, TYPE.DNAME) !== 0) return { node, isDname: true, owner };
    const wildcard = words[node + NODE.WILDCARD];
    return wildcard === 0 ? 'nxdomain' : { node: wildcard, isDname: false, owner };
  }
  return 'not-ours';
}

function serviceOf({ words }: NamesView, node: number): NamedService | undefined {
  const slot = words[node + NODE.SERVICE_PLUS_1] - 1;
  if (slot < 0) return undefined;
  return { slot, ttlSeconds: words[node + NODE.SERVICE_TTL], isAlone: words[node + NODE.RRSET_COUNT] === 0 };
}

/** The name that the first record of an RRset points to. */
function targetOf(names: NamesView, node: number, type: number): WireName | undefined {
  const { words, octets } = names;
  const rrset = names.rrset(node, type);
  if (rrset === 0) return undefined;
  const start = words[rrset + RRSET.RECORDS_AT];
  const end = start + words[rrset + RRSET.RECORDS_BYTES];
  return Buffer.from(octets.slice(start + RECORD_FIXED_BYTES, end)).toString('latin1');
}

/** The name with the DNAME's target in place of its owner; undefined where it would be too long. */
function redirected(names: NamesView, { node, owner }: Found, name: WireName): WireName | undefined {
  const target = targetOf(names, node, TYPE.DNAME);
  if (target === undefined) return undefined;
  const made = name.slice(0, name.length - owner.length) + target;
  return made.length <= NAME_BYTES_MAX ? made : undefined;
}

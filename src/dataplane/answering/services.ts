import * as Dns from '../../dns/constants.ts';
import type { Query } from '../../dns/query.ts';
import * as Names from '../../snapshot/names.ts';
import type { ServiceForm } from '../../snapshot/service.ts';
import * as Service from '../../snapshot/service.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ClientAddress } from './client.ts';
import * as Opt from './opt.ts';
import type { ResponseWriter } from './response.ts';
import type { Source } from './source.ts';
import type { Steered, Steering } from './steer.ts';
import * as Steer from './steer.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { TYPE } = Dns;
const { NODE } = Names;
const { SERVICE_FORM } = Service;
const { EXTENDED_ERROR } = Opt;
const { STEERED } = Steer;

/** Asks services for the client of a query: its Client Subnet, or else its sender. */
export class Services {
  readonly #client = new ClientAddress();
  readonly #writer: ResponseWriter;
  readonly #steering: Steering;

  constructor(writer: ResponseWriter, steering: Steering) {
    this.#writer = writer;
    this.#steering = steering;
  }

  /** Writes what the service of a node answers. That may be a CNAME if the service is alone there. */
  ask(snapshot: Snapshot, node: number, isAlone: boolean, query: Query, source: Source, ownerAt: number): Steered {
    const steered = this.#steer(snapshot, node, formOf(query.qtype, isAlone), query, source, ownerAt);
    // ANY gets one RRset, whichever there is (RFC 8482 section 4.1).
    if (query.qtype !== TYPE.ANY || steered !== STEERED.NO_DATA) return steered;
    return this.#steer(snapshot, node, formOf(TYPE.AAAA, isAlone), query, source, ownerAt);
  }

  #steer(
    snapshot: Snapshot,
    node: number,
    form: ServiceForm | undefined,
    query: Query,
    source: Source,
    ownerAt: number,
  ): Steered {
    const { words } = snapshot.names;
    const writer = this.#writer;
    const client = this.#client;
    const slot = words[node + NODE.SERVICE_PLUS_1] - 1;
    // Then there is no need to know the client.
    if (form === undefined || snapshot.services[slot]?.has(form) !== true) return STEERED.NO_DATA;
    setClient(client, query, source);
    const ttlSeconds = words[node + NODE.SERVICE_TTL];
    const steered = this.#steering.answer(snapshot, slot, form, client, writer, ownerAt, ttlSeconds);
    writer.scopeBits = Math.max(writer.scopeBits, this.#steering.scopeBits);
    if (this.#steering.isAllDown) writer.extendedError = EXTENDED_ERROR.NO_ENDPOINT_UP;
    return steered;
  }
}

/** Takes the client of a query: its Client Subnet, or else its sender. */
export function setClient(client: ClientAddress, query: Query, source: Source): void {
  if (query.hasSubnet && query.subnetSourceBits > 0) client.setSubnet(query);
  else source.resolverAddress(client);
}

/** The form that a question asks for; undefined if no service can answer it. */
function formOf(qtype: number, isAlone: boolean): ServiceForm | undefined {
  switch (qtype) {
    case TYPE.A:
    case TYPE.ANY:
      return isAlone ? SERVICE_FORM.A_OR_CNAME : SERVICE_FORM.A;
    case TYPE.AAAA:
      return isAlone ? SERVICE_FORM.AAAA_OR_CNAME : SERVICE_FORM.AAAA;
    default:
      return isAlone ? SERVICE_FORM.CNAME : undefined;
  }
}

/** The continents of GeoNames and GeoIP2: Africa, Antarctica, Asia, Europe, North America, Oceania, South America. */
export const CONTINENTS: ReadonlySet<string> = new Set(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']);

/** What geo databases say of an address; what they do not say is absent. */
export interface Place {
  /** One of {@link CONTINENTS}. */
  readonly continent?: string;
  /** ISO 3166-1 alpha-2: `US`. */
  readonly country?: string;
  /** ISO 3166-2: `US-CA`. */
  readonly subdivision?: string;
  /** Its English name. */
  readonly city?: string;
  /** Degrees, north and east positive; always both or neither. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** The autonomous system that announces the address. */
  readonly asn?: number;
}

/** Where an address is: what the databases say, and which of the operator's networks it lies in. */
export interface Location extends Place {
  /** Names of the operator's networks around the address, most specific first. */
  readonly networks: readonly string[];
  /** The network around the address whose round-trip times are known by themselves, as text. */
  readonly measuredNetwork?: string;
}

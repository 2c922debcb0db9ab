import type { CompiledWorld } from '../compile/world.ts';
import type { Config } from '../config/config.ts';
import { TYPE } from '../dns/constants.ts';
import type { CountryTable } from '../geo/countries.ts';
import type { GeoMap } from '../geo/geomap.ts';
import { SERVICE_FORM, type ServiceForm } from '../snapshot/service.ts';

/** What is inspected: a configuration that is valid, compiled against a map. Nothing here ever changes it. */
export interface Subject {
  readonly config: Pick<Config, 'regions' | 'services' | 'geo' | 'namedServices'>;
  readonly map: GeoMap;
  readonly world: CompiledWorld;
  /** To tell where a client of a country is, where no more is said of it. */
  readonly countries: CountryTable;
}

/** The types whose answers are steered. */
export type SteeredType = 'A' | 'AAAA';

export const TYPE_NUMBER = { A: TYPE.A, AAAA: TYPE.AAAA } as const satisfies Record<SteeredType, number>;

/** The form in which a service answers at a name; see snapshot/service. */
export function formOf(type: SteeredType, isAlone: boolean): ServiceForm {
  if (type === 'A') return isAlone ? SERVICE_FORM.A_OR_CNAME : SERVICE_FORM.A;
  return isAlone ? SERVICE_FORM.AAAA_OR_CNAME : SERVICE_FORM.AAAA;
}

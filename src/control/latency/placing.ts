import { type GeoMap, locate } from '../../geo/geomap.ts';
import type { Location } from '../../geo/location.ts';
import type { TableRow } from '../../latency/learned/table.ts';
import type { Position, Report } from '../../latency/reports/report.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { Measurement } from './measurement.ts';

// How far databases are off that say so much: a city, or a state.
const CITY_ERROR_KM = 100;
const SUBDIVISION_ERROR_KM = 500;

/** No country's people live further from their middle: those of Hawaii 6,400 km. */
const COUNTRY_ERROR_KM = 7000;

/** A report of a measurement, with where its network is; undefined where that is no network. */
export function placed(measurement: Measurement, map: GeoMap): Report | undefined {
  const network = parsePrefix(measurement.network);
  if (!network.ok) return undefined;
  const { location } = locate(map, network.prefix.address);
  const { asn, country } = location;
  const position = positionOf(location, measurement.isTrusted);
  return {
    ...measurement,
    ...(asn !== undefined && { asn }),
    ...(country !== undefined && { country }),
    ...(position !== undefined && { position }),
  };
}

/** A row of a table, with where its network is: so it takes part in what its system and its country are. */
export function placedRow(row: TableRow, map: GeoMap): TableRow {
  const network = parsePrefix(row.place);
  if (!network.ok) return row;
  const { asn, country } = locate(map, network.prefix.address).location;
  return { ...row, ...(asn !== undefined && { asn }), ...(country !== undefined && { country }) };
}

/**
 * Where a stranger's network is, within the whole country if no more is known. Of the operator's own reports a country
 * is not asked: databases say where a network is registered, and who measures it may know better.
 */
function positionOf({ latitude, longitude, city, subdivision }: Location, isTrusted: boolean): Position | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  if (city !== undefined) return { latitude, longitude, errorKm: CITY_ERROR_KM };
  if (subdivision !== undefined) return { latitude, longitude, errorKm: SUBDIVISION_ERROR_KM };
  return isTrusted ? undefined : { latitude, longitude, errorKm: COUNTRY_ERROR_KM };
}

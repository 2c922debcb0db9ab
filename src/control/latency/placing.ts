import { type GeoMap, locate } from '../../geo/geomap.ts';
import type { Location } from '../../geo/location.ts';
import type { Position, Report } from '../../latency/report.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { Measurement } from './messages.ts';

// How far databases are off that say so much: a city, or a state. A country's middle is no position at all.
const CITY_ERROR_KM = 100;
const SUBDIVISION_ERROR_KM = 500;

/** A report of a measurement, with where its network is; undefined where that is no network. */
export function placed(measurement: Measurement, map: GeoMap): Report | undefined {
  const network = parsePrefix(measurement.network);
  if (!network.ok) return undefined;
  const { location } = locate(map, network.prefix.address);
  const { asn, country } = location;
  const position = positionOf(location);
  return {
    ...measurement,
    ...(asn !== undefined && { asn }),
    ...(country !== undefined && { country }),
    ...(position !== undefined && { position }),
  };
}

function positionOf({ latitude, longitude, city, subdivision }: Location): Position | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  if (city !== undefined) return { latitude, longitude, errorKm: CITY_ERROR_KM };
  return subdivision === undefined ? undefined : { latitude, longitude, errorKm: SUBDIVISION_ERROR_KM };
}

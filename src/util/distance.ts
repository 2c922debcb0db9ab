const EARTH_RADIUS_KM = 6371.0088; // mean radius R1 of the IUGG: great circles need one radius, this one halves the worst error

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Degrees, north and east positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Great-circle distance in kilometres, by the haversine formula (exact near zero, where the cosine formula is not). */
export function distanceKm(a: Coordinates, b: Coordinates): number {
  const sinLatitude = Math.sin(radians(b.latitude - a.latitude) / 2);
  const sinLongitude = Math.sin(radians(b.longitude - a.longitude) / 2);
  const h = sinLatitude ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * sinLongitude ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

import type { Place } from './location.ts';

/** From coarse to fine. */
const LEVELS = ['continent', 'country', 'subdivision', 'city'] as const;

/**
 * `place`, with what it lacks from `other`. Geography is taken level by level only as long as both agree or one does
 * not say: of an address that one database puts in Germany and another in Paris, "Paris, Germany" would be false
 * in both, and Paris's coordinates would send to France a client that a policy by country sends to Germany.
 * The network's number depends on no place.
 */
export function fillIn(place: Place, other: Place): Place {
  const filled: { -readonly [Field in keyof Place]: Place[Field] } = { ...place };
  if (place.asn === undefined && other.asn !== undefined) filled.asn = other.asn;
  for (const level of LEVELS) {
    const [own, others] = [place[level], other[level]];
    if (own !== undefined && others !== undefined && own !== others) return filled;
    if (others !== undefined) filled[level] = others;
  }
  if (place.latitude === undefined && other.latitude !== undefined && other.longitude !== undefined) {
    filled.latitude = other.latitude;
    filled.longitude = other.longitude;
  }
  return filled;
}

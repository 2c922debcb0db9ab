import { hashText, scramble } from '../hash.ts';

/** The part of the golden ratio behind the point: steps of it go round a circle evenly, however many there are. */
const GOLDEN = 0.618_033_988_749_895;

/**
 * Where a client stands in the order in which clients move in a period, 0 to 1 (1 excluded), alike wherever it is asked. Turns
 * go round: if a tenth of the clients moves in each period, nearly all have moved soon after ten periods. A client is a
 * network, or a group by its number.
 */
export function turnOf(client: number | string, period: number): number {
  const hash = typeof client === 'string' ? hashText(client, 0) : hashNumber(client);
  return (hash / 2 ** 32 + period * GOLDEN) % 1;
}

function hashNumber(number: number): number {
  return scramble(scramble(Math.trunc(number / 2 ** 32)) ^ (number % 2 ** 32));
}

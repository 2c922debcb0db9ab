import { hashText, scramble } from '../reports/source-limit.ts';

/**
 * Where a client stands in the order in which clients move in a period, 0 to 1 (1 excluded): drawn anew each period, so that
 * everyone's turn comes, and alike wherever it is asked. A client is a network, or a group by its number.
 */
export function turnOf(client: number | string, period: number): number {
  const first = typeof client === 'string' ? hashText(client, period) : hashNumber(client, period);
  return first / 2 ** 32;
}

function hashNumber(number: number, seed: number): number {
  const high = scramble(Math.trunc(number / 2 ** 32) ^ Math.imul(seed + 1, 0x9e37_79b1));
  return scramble(high ^ (number % 2 ** 32));
}

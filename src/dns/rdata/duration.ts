const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** The times in rdata are 32 bits wide (RFC 1035 section 3.3.13). */
const SECONDS_MAX = 0xffff_ffff;

/** What `secondsFromText` takes, for messages. */
export const DURATION_FORM = 'seconds, or numbers with units as in 1h30m or 2W';

/**
 * Seconds of a time as zone files write it: plain (`3600`) or numbers each with its unit s, m, h, d or w (`1h30m`, as
 * BIND reads them). undefined where it is neither or exceeds 32 bits.
 */
export function secondsFromText(text: string): number | undefined {
  const plain = /^[0-9]+$/.test(text);
  if (!plain && !/^([0-9]+[smhdw])+$/i.test(text)) return undefined;
  const seconds = plain ? Number(text) : sumOfUnits(text.toLowerCase());
  return seconds <= SECONDS_MAX ? seconds : undefined;
}

function sumOfUnits(text: string): number {
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)([smhdw])/g)) seconds += Number(count) * UNIT_SECONDS[unit];
  return seconds;
}

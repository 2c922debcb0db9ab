import { z } from 'zod';

/**
 * Regions that Unicode's table has beside the countries of ISO 3166-1: unions, islands with reserved codes, unknown.
 */
const NOT_COUNTRIES = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ'.split(' '));

const regionNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/**
 * An ISO 3166-1 code, or XK, as databases know countries by. By Node.js's own table, which comes from Unicode's CLDR.
 */
export function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || NOT_COUNTRIES.has(code)) return false;
  return regionNames.of(code) !== undefined && currentCode(code) === code;
}

/**
 * `UK` is GB, `AN` was split up and is CW: the code that stands today for one that is not, or is no longer, a
 * country's.
 */
function currentCode(code: string): string | undefined {
  return new Intl.Locale(`und-${code}`).region;
}

export const COUNTRY_FORM = 'a country by its ISO 3166-1 code, such as GB';

/** Validates a country code; the message names the code that was probably meant. */
export const countryCode = z.string(COUNTRY_FORM).superRefine((written, context) => {
  if (isCountry(written)) return;
  const meant = /^[a-z]{2}$/i.test(written) ? currentCode(written.toUpperCase()) : undefined;
  const hint = written.toUpperCase() === 'EU' ? 'continent: EU, or ' : '';
  const code = meant !== undefined && isCountry(meant) ? meant : COUNTRY_FORM;
  context.addIssue({ code: 'custom', message: `${hint}${code}` });
});

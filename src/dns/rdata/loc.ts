import type { RdataType } from './contract.ts';
import { integerAt, octetsFromInteger } from './octets.ts';
import type { RdataReader } from './reader.ts';

/** VERSION, SIZE, HORIZ PRE, VERT PRE, LATITUDE, LONGITUDE, ALTITUDE (RFC 1876 section 2). */
const LOC_BYTES = 16;

/** Latitude and longitude are counted in thousandths of an arc second from 2^31, the equator and the prime meridian. */
const ORIGIN_ARC_MS = 2 ** 31;
const DEGREE_ARC_MS = 3_600_000;
const MINUTE_ARC_MS = 60_000;

/** Altitude is counted in centimetres from 100 km below the reference spheroid. */
const ALTITUDE_BASE_CM = 10_000_000;

interface Axis {
  readonly degreesMax: number;
  readonly positive: string;
  readonly negative: string;
}
const LATITUDE: Axis = { degreesMax: 90, positive: 'N', negative: 'S' };
const LONGITUDE: Axis = { degreesMax: 180, positive: 'E', negative: 'W' };

const SIZE_DEFAULT = 0x12; // 1 m
const HORIZONTAL_PRECISION_DEFAULT = 0x16; // 10 km
const VERTICAL_PRECISION_DEFAULT = 0x13; // 10 m

export const loc: RdataType = {
  parse(reader) {
    const latitude = parseAngle(reader, LATITUDE);
    const longitude = parseAngle(reader, LONGITUDE);
    const altitudeCm = reader.word('an altitude in metres, from -100000.00m to 42849672.95m', 0, altitudeFromText);
    const size = parseLength(reader, SIZE_DEFAULT);
    const horizontal = parseLength(reader, HORIZONTAL_PRECISION_DEFAULT);
    const vertical = parseLength(reader, VERTICAL_PRECISION_DEFAULT);
    const position = [latitude, longitude, altitudeCm + ALTITUDE_BASE_CM].map((value) => octetsFromInteger(value, 4));
    return String.fromCharCode(0, size, horizontal, vertical) + position.join('');
  },
  isValid(rdata) {
    return (
      rdata.length === LOC_BYTES &&
      rdata.charCodeAt(0) === 0 &&
      [1, 2, 3].every((at) => isLength(rdata.charCodeAt(at))) &&
      Math.abs(integerAt(rdata, 4, 4) - ORIGIN_ARC_MS) <= LATITUDE.degreesMax * DEGREE_ARC_MS &&
      Math.abs(integerAt(rdata, 8, 4) - ORIGIN_ARC_MS) <= LONGITUDE.degreesMax * DEGREE_ARC_MS
    );
  },
  format(rdata) {
    const lengths = [1, 2, 3].map((at) => metres(centimetresOf(rdata.charCodeAt(at))));
    return [
      angleToText(integerAt(rdata, 4, 4), LATITUDE),
      angleToText(integerAt(rdata, 8, 4), LONGITUDE),
      metres(integerAt(rdata, 12, 4) - ALTITUDE_BASE_CM),
      ...lengths,
    ].join(' ');
  },
};

/** Reads `52 22 23.000 N`; minutes and seconds may be left out (RFC 1876 section 3). */
function parseAngle(reader: RdataReader, axis: Axis): number {
  const hemisphere = `${axis.positive} or ${axis.negative}`;
  const parts = [
    { expected: `minutes from 0 to 59, or ${hemisphere}`, form: /^[0-5]?[0-9]$/, unitArcMs: MINUTE_ARC_MS },
    { expected: `seconds from 0 to 59.999, or ${hemisphere}`, form: /^[0-5]?[0-9](\.[0-9]{1,3})?$/, unitArcMs: 1_000 },
    { expected: hemisphere, form: /^$/, unitArcMs: 0 },
  ];
  const degrees = reader.word(`degrees from 0 to ${axis.degreesMax}`, '0', matching(/^[0-9]{1,3}$/));
  let arcMs = Number(degrees) * DEGREE_ARC_MS;
  let sign = 1;
  for (const { expected, form, unitArcMs } of parts) {
    const word = reader.word(expected, '0', (text) => (isHemisphere(text, axis) ? text : matching(form)(text)));
    if (isHemisphere(word, axis)) {
      sign = word.toUpperCase() === axis.positive ? 1 : -1;
      break;
    }
    arcMs += Math.round(Number(word) * unitArcMs);
  }
  if (arcMs > axis.degreesMax * DEGREE_ARC_MS) reader.refuse(`an angle of at most ${axis.degreesMax} degrees`);
  return ORIGIN_ARC_MS + sign * arcMs;
}

function matching(form: RegExp): (text: string) => string | undefined {
  return (text) => (form.test(text) ? text : undefined);
}

function isHemisphere(text: string, axis: Axis): boolean {
  return text.toUpperCase() === axis.positive || text.toUpperCase() === axis.negative;
}

function angleToText(value: number, axis: Axis): string {
  const arcMs = Math.abs(value - ORIGIN_ARC_MS);
  const degrees = Math.floor(arcMs / DEGREE_ARC_MS);
  const minutes = Math.floor((arcMs % DEGREE_ARC_MS) / MINUTE_ARC_MS);
  const seconds = ((arcMs % MINUTE_ARC_MS) / 1_000).toFixed(3);
  return `${degrees} ${minutes} ${seconds} ${value >= ORIGIN_ARC_MS ? axis.positive : axis.negative}`;
}

function altitudeFromText(text: string): number | undefined {
  const centimetres = centimetresFromText(text);
  if (centimetres === undefined) return undefined;
  return centimetres >= -ALTITUDE_BASE_CM && centimetres + ALTITUDE_BASE_CM <= 0xffff_ffff ? centimetres : undefined;
}

function centimetresFromText(text: string): number | undefined {
  const digits = /^(-?[0-9]{1,8}(\.[0-9]{1,2})?)m?$/i.exec(text)?.[1];
  return digits === undefined ? undefined : Math.round(Number(digits) * 100);
}

function metres(centimetres: number): string {
  return `${(centimetres / 100).toFixed(2)}m`;
}

/**
 * Size and precisions: one octet, a digit in the upper four bits times ten to the power in the lower four, in
 * centimetres. The form has one significant digit; what is written with more is cut to it.
 */
function parseLength(reader: RdataReader, byDefault: number): number {
  if (!reader.hasMore) return byDefault;
  return reader.word('a length in metres, from 0m to 90000000m', 0, (text) => {
    const centimetres = centimetresFromText(text);
    return centimetres === undefined ? undefined : lengthFromCentimetres(centimetres);
  });
}

function lengthFromCentimetres(centimetres: number): number | undefined {
  let digit = centimetres;
  let exponent = 0;
  for (; digit >= 10; exponent++) digit = Math.floor(digit / 10);
  return digit < 0 || exponent > 9 ? undefined : (digit << 4) | exponent;
}

/** Digits above 9, and zero with an exponent, are undefined (RFC 1876 section 2). */
function isLength(octet: number): boolean {
  const digit = octet >>> 4;
  const exponent = octet & 0xf;
  return digit <= 9 && exponent <= 9 && (digit > 0 || exponent === 0);
}

function centimetresOf(octet: number): number {
  return (octet >>> 4) * 10 ** (octet & 0xf);
}

import { z } from 'zod';
import { nearestSpelling } from '../util/spelling.ts';
import { mappingLike } from './written.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const TIME_FORM = 'a time of day such as 09:30, from 00:00 to 24:00';
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** In minutes since midnight. */
const timeOfDay = z.string(TIME_FORM).transform((text, context): number => {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) < 60 && total <= DAY_MINUTES) return total;
  context.addIssue({ code: 'custom', message: TIME_FORM });
  return z.NEVER;
});

const ZONE_FORM = 'a time zone such as Europe/Berlin or UTC';

const timeZone = z.string(ZONE_FORM).superRefine((name, context) => {
  if (!isTimeZone(name)) context.addIssue({ code: 'custom', message: meantZone(name) ?? ZONE_FORM });
});

const HOURS_FORM = 'hours: { days: [mon], from: 09:00, to: 17:00, zone: Europe/Berlin }';

const DAY_FORM = `days: ${DAYS.join(', ')}`;

const SPAN_FORM = 'another time than from; 00:00 to 24:00 is the whole day';

/**
 * Hours of the week. A span whose end is before its start runs over midnight, and belongs to the day on which it
 * starts.
 */
export const hours = z
  .strictObject(
    {
      days: z
        .array(z.enum(DAYS, { error: DAY_FORM }), DAY_FORM)
        .min(1, DAY_FORM)
        .optional()
        .meta({
          description: 'On which days of the week. Default: on all',
        }),
      from: timeOfDay.prefault('00:00').meta({ description: `When it starts: ${TIME_FORM}` }),
      to: timeOfDay.prefault('24:00').meta({ description: `When it ends: ${TIME_FORM}` }),
      zone: timeZone.default('UTC').meta({ description: `${ZONE_FORM}. Default: UTC` }),
    },
    mappingLike(HOURS_FORM),
  )
  .refine(({ from, to }) => from !== to && from % DAY_MINUTES !== to, { path: ['to'], message: SPAN_FORM });

export type Hours = z.output<typeof hours>;

/** Whether a moment is within the hours. */
export function isWithin({ days, from, to, zone }: Hours, nowMs: number): boolean {
  const { day, minutes } = wallClock(zone, nowMs);
  const isDay = (index: number): boolean => days === undefined || days.includes(DAYS[(index + 7) % 7]!);
  if (from < to) return isDay(day) && minutes >= from && minutes < to;
  return (isDay(day) && minutes >= from) || (isDay(day - 1) && minutes < to);
}

/**
 * When it may change next: time zones change their offsets by whole minutes, so a minute at a time is looked at, an
 * hour at most.
 */
export function hoursChangeMs(settings: Hours, nowMs: number): number {
  const now = isWithin(settings, nowMs);
  let next = (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
  for (let minute = 0; minute < 60 && isWithin(settings, next) === now; minute++) next += MINUTE_MS;
  return next;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string, nowMs: number): { day: number; minutes: number } {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const day = DAYS.indexOf(String(parts.weekday).toLowerCase() as (typeof DAYS)[number]);
  return { day, minutes: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** The zone of a city that is named alone, or the nearest spelling. */
function meantZone(name: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.find((zone) => zone.toLowerCase().endsWith(`/${name.toLowerCase()}`)) ?? nearestSpelling(name, zones);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

import { describe, expect, test } from 'vitest';
import { type Hours, hours, hoursChangeMs, isWithin } from '../../../src/steering/hours.ts';

const hoursOf = (written: object): Hours => hours.parse(written);
const within = (written: object, time: string) => isWithin(hoursOf(written), Date.parse(time));

// 2026-11-22 is a Sunday.
describe('hours', () => {
  test.each<[string, object, string, boolean]>([
    ['from', { from: '08:00', to: '18:00' }, '2026-11-22T08:00:00Z', true],
    ['not before', { from: '08:00', to: '18:00' }, '2026-11-22T07:59:59.999Z', false],
    ['up to', { from: '08:00', to: '18:00' }, '2026-11-22T17:59:59.999Z', true],
    ['and no further', { from: '08:00', to: '18:00' }, '2026-11-22T18:00:00Z', false],
    ['the whole day', {}, '2026-11-22T23:59:59Z', true],
    ['certain days', { days: ['sat', 'sun'] }, '2026-11-22T12:00:00Z', true],
    ['and no others', { days: ['sat', 'sun'] }, '2026-11-23T12:00:00Z', false],
    ['over midnight, in the evening', { from: '22:00', to: '06:00' }, '2026-11-22T23:00:00Z', true],
    ['over midnight, in the morning', { from: '22:00', to: '06:00' }, '2026-11-22T05:59:00Z', true],
    ['over midnight, at noon', { from: '22:00', to: '06:00' }, '2026-11-22T12:00:00Z', false],
    ['it belongs to the day of its start', { days: ['sun'], from: '22:00', to: '06:00' }, '2026-11-23T05:00:00Z', true],
    ['and not to the one before', { days: ['sun'], from: '22:00', to: '06:00' }, '2026-11-22T05:00:00Z', false],
    ['the day is that of the zone', { days: ['mon'], zone: 'Asia/Tokyo' }, '2026-11-22T15:00:00Z', true],
    [
      'the hour is that of the zone',
      { from: '09:00', to: '10:00', zone: 'Asia/Kolkata' },
      '2026-11-22T03:30:00Z',
      true,
    ],
    ['winter time', { from: '08:00', to: '09:00', zone: 'Europe/Berlin' }, '2026-11-22T07:30:00Z', true],
    ['summer time', { from: '08:00', to: '09:00', zone: 'Europe/Berlin' }, '2026-07-22T06:30:00Z', true],
    ['and not an hour later', { from: '08:00', to: '09:00', zone: 'Europe/Berlin' }, '2026-07-22T07:30:00Z', false],
  ])('%s', (_name, written, time, expected) => {
    expect(within(written, time)).toBe(expected);
  });

  // On 2026-03-29 clocks in Berlin go from 02:00 to 03:00, on 2026-10-25 from 03:00 back to 02:00.
  const minutesWithin = (written: object, from: string, minutes: number): number => {
    const settings = hoursOf({ zone: 'Europe/Berlin', ...written });
    const start = Date.parse(from);
    return Array.from({ length: minutes }, (_, minute) => isWithin(settings, start + minute * 60_000)).filter(Boolean)
      .length;
  };

  test.each<[string, object, string, number]>([
    ['an hour that is left out', { from: '02:00', to: '03:00' }, '2026-03-28T23:00:00Z', 0],
    ['an hour that comes twice', { from: '02:00', to: '03:00' }, '2026-10-24T22:00:00Z', 120],
    ['a span over the change to summer', { from: '01:00', to: '04:00' }, '2026-03-28T23:00:00Z', 120],
    ['a span over the change to winter', { from: '01:00', to: '04:00' }, '2026-10-24T22:00:00Z', 240],
  ])('when clocks change: %s', (_name, written, from, minutes) => {
    expect(minutesWithin(written, from, 24 * 60)).toBe(minutes);
  });

  test.each<[string, object, string]>([
    ['all week', { from: '08:00', to: '18:00' }, '2026-11-22T00:00:00Z'],
    ['by half an hour from UTC', { from: '08:15', to: '18:45', zone: 'Asia/Kolkata' }, '2026-11-22T00:00:00Z'],
    ['to summer', { from: '02:30', to: '03:30', zone: 'Europe/Berlin' }, '2026-03-28T12:00:00Z'],
    ['to winter', { from: '02:30', to: '02:45', zone: 'Europe/Berlin' }, '2026-10-24T12:00:00Z'],
    ['by half an hour', { from: '01:45', to: '02:15', zone: 'Australia/Lord_Howe' }, '2026-04-04T00:00:00Z'],
  ])('whoever looks when it says that it may change misses nothing: %s', (_name, written, from) => {
    const settings = hoursOf(written);
    let due = Date.parse(from);
    let state = isWithin(settings, due);
    const end = due + 36 * 3_600_000;
    due = hoursChangeMs(settings, due);
    for (let nowMs = Date.parse(from); nowMs < end; nowMs += 30_000) {
      if (nowMs >= due) {
        state = isWithin(settings, nowMs);
        due = hoursChangeMs(settings, nowMs);
      }
      expect(isWithin(settings, nowMs)).toBe(state);
    }
  });

  test.each<[string, object]>([
    ['a time of day that is none', { from: '25:00' }],
    ['minutes that are none', { to: '12:60' }],
    ['later than midnight', { to: '24:01' }],
    ['a word', { from: 'noon' }],
    ['a day that is none', { days: ['son'] }],
    ['no day', { days: [] }],
    ['a zone that is none', { zone: 'Europe/Atlantis' }],
    ['a span of nothing', { from: '06:00', to: '06:00' }],
    ['a slip in a key', { form: '08:00' }],
  ])('%s is refused', (_name, written) => {
    expect(hours.safeParse(written).success).toBe(false);
  });
});

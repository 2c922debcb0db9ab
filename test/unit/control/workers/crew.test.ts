import { expect, test } from 'vitest';
import { crewOf, LOOPS_MAX, listenOf, ROWS, rowOf } from '../../../../src/control/workers/crew.ts';
import type { ListenAddress } from '../../../../src/snapshot/messages.ts';

const LISTEN: readonly ListenAddress[] = [
  { host: '127.0.0.1', family: 4, port: 53, over: ['UDP', 'TCP'] },
  { host: '::1', family: 6, port: 853, over: ['TLS'] },
];

test.each([
  ['dgram', 1, { udp: 0, loop: 1 }],
  ['dgram', 8, { udp: 0, loop: 8 }],
  ['mmsg', 1, { udp: 1, loop: 1 }],
  ['mmsg', 4, { udp: 4, loop: 1 }],
  ['mmsg', 5, { udp: 5, loop: 2 }],
  ['mmsg', 256, { udp: 256, loop: 64 }],
] as const)('%s with %i workers', (udp, size, crew) => {
  expect(crewOf(udp, size)).toEqual(crew);
});

test('every worker has a row of its own', () => {
  const rows = (['loop', 'udp'] as const).flatMap((role) =>
    Array.from({ length: LOOPS_MAX }, (_, index) => rowOf(role, index)),
  );
  expect(new Set(rows).size).toBe(ROWS);
  expect(Math.max(...rows)).toBe(ROWS - 1);
});

test.each([
  ['loop', 'dgram', ['UDP TCP', 'TLS']],
  ['loop', 'mmsg', ['TCP', 'TLS']],
  ['udp', 'mmsg', ['UDP']],
] as const)('a %s worker with %s listens over %j', (role, udp, over) => {
  expect(listenOf(role, udp, LISTEN).map((address) => address.over.join(' '))).toEqual(over);
});

import { describe, expect, test } from 'vitest';
import { Suspicion } from '../../../src/health/suspicion.ts';

const settings = { share: 0.5, failuresMin: 3, holdMs: 60_000 };
const intervalMs = 10_000;

/** Addresses that are all up. */
function suspicionOf(count: number): { suspicion: Suspicion; addresses: string[] } {
  const suspicion = new Suspicion(settings);
  const addresses = Array.from({ length: count }, (_, index) => `192.0.2.${index}`);
  for (const address of addresses) suspicion.isUp(address);
  return { suspicion, addresses };
}

/** Which of the addresses, in this order and this far apart, makes the prober suspect; -1: none. */
function suspectAt(suspicion: Suspicion, addresses: readonly string[], everyMs: number): number {
  return addresses.findIndex((address, index) => suspicion.failed(address, index * everyMs, intervalMs));
}

describe('the prober is suspect', () => {
  test.each([
    ['when more than half fail within an interval', 10, 1_000, 5],
    ['not when as many fail one after the other', 10, 3_000, -1],
    ['not by fewer than are worth a thought', 2, 0, -1],
    ['by the least number, where that is more than half', 4, 0, 2],
  ])('%s', (_name, count, everyMs, at) => {
    const { suspicion, addresses } = suspicionOf(count);
    expect(suspectAt(suspicion, addresses, everyMs)).toBe(at);
    expect(suspicion.isSuspect).toBe(at >= 0);
  });

  test('also when those that failed first are down already', () => {
    const { suspicion, addresses } = suspicionOf(10);
    const began = addresses.map((address) => {
      const isSuspect = suspicion.failed(address, 0, intervalMs);
      if (!suspicion.isSuspect) suspicion.isDown(address);
      return isSuspect;
    });
    expect(began.indexOf(true)).toBe(5);
    expect(suspicion.failing).toHaveLength(10);
  });

  test('not by what was down anyway', () => {
    const { suspicion, addresses } = suspicionOf(10);
    for (const address of addresses.slice(0, 8)) suspicion.isDown(address);
    expect(suspectAt(suspicion, addresses, 0)).toBe(-1);
  });

  test('not by one address that fails again and again', () => {
    const { suspicion } = suspicionOf(4);
    expect(suspectAt(suspicion, Array(20).fill('192.0.2.0'), 100)).toBe(-1);
  });
});

describe('the prober is trusted again', () => {
  test('when most have come back', () => {
    const { suspicion, addresses } = suspicionOf(10);
    for (const address of addresses) suspicion.failed(address, 0, intervalMs);
    expect(addresses.map((address) => suspicion.passed(address)).indexOf(true)).toBe(7);
  });

  test('and the same failures are no ground to doubt it once more, until they have passed', () => {
    const { suspicion, addresses } = suspicionOf(10);
    suspectAt(suspicion, addresses, 0);
    suspicion.end();
    expect(suspectAt(suspicion, addresses, 0)).toBe(-1);
    for (const address of addresses) suspicion.passed(address);
    expect(suspectAt(suspicion, addresses, 0)).toBe(5);
  });
});

test('an address that is dropped counts no more', () => {
  const { suspicion, addresses } = suspicionOf(4);
  suspicion.failed('192.0.2.0', 0, intervalMs);
  for (const address of addresses) suspicion.drop(address, true);
  expect([suspicion.failing, suspicion.upCount]).toEqual([[], 0]);
});

test('an address with several probes is up while one of them says so', () => {
  const { suspicion, addresses } = suspicionOf(4);
  for (const address of addresses) suspicion.isUp(address);
  for (const address of addresses) suspicion.isDown(address);
  expect(suspicion.upCount).toBe(4);
  for (const address of addresses) suspicion.drop(address, false);
  expect(suspectAt(suspicion, addresses, 0)).toBe(2);
  for (const address of addresses) suspicion.drop(address, true);
  expect([suspicion.failing, suspicion.upCount]).toEqual([[], 0]);
});

import { describe, expect, test } from 'vitest';
import { TargetResolver } from '../../../../src/control/resolving/resolver.ts';
import type { Answered, Upstream } from '../../../../src/control/resolving/upstream.ts';
import { nameToText } from '../../../../src/dns/name.ts';
import { formatAddress, parseAddress } from '../../../../src/net/address.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { wireName } from '../../../support/rdata-text.ts';

const LB = wireName('lb.example.net.');

function found(ttlSeconds: number, ...texts: readonly string[]): Answered {
  const addresses = texts.map((text) => parseAddress(text) ?? expect.fail(text));
  return { kind: 'found', addresses, ttlSeconds };
}

const none: Answered = { kind: 'none', reason: 'no such name' };
const failed: Answered = { kind: 'failed', reason: 'no answer' };

/** A resolver whose upstream is an answer function, and whose time is turned by hand. IPv6 there is none, if not said. */
class Bench implements Upstream {
  readonly clock = new ManualClock();
  readonly resolver: TargetResolver;
  /** When A was asked for. */
  readonly askedMs: number[] = [];
  readonly changes: string[] = [];
  readonly troubles: string[] = [];
  out = 0;
  outMax = 0;
  isCancelled = false;
  answer: () => Answered | Promise<Answered> = () => found(60, '192.0.2.1');
  answer6: () => Answered = () => none;

  constructor(random = 0) {
    this.resolver = new TargetResolver({
      clock: this.clock,
      random: () => random,
      onChange: ({ family, from, to }) =>
        this.changes.push(`${this.clock.nowMs()} IPv${family}: ${from.join()} > ${to.join()}`),
      onTrouble: ({ name, family, reason, kept }) =>
        this.troubles.push(`${this.clock.nowMs()} ${nameToText(name)} IPv${family} ${reason}: ${kept.join()}`),
    });
  }

  async ask(_name: string, family: 4 | 6): Promise<Answered> {
    if (family === 6) return this.answer6();
    this.askedMs.push(this.clock.nowMs());
    this.outMax = Math.max(this.outMax, ++this.out);
    const answered = await this.answer();
    this.out--;
    return answered;
  }

  cancel(): void {
    this.isCancelled = true;
  }

  static async with(answer: () => Answered, random = 0): Promise<Bench> {
    const bench = new Bench(random);
    bench.answer = answer;
    bench.resolver.setTargets([LB], bench);
    await settled();
    return bench;
  }

  /** Passes time so that what each moment sets off is through before the next. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed++) {
      this.clock.advance(1000);
      await settled();
    }
  }

  get addresses(): readonly string[] | undefined {
    const resolved = this.resolver.resolved(LB);
    return resolved && [...resolved.a, ...resolved.aaaa].map(formatAddress);
  }

  get ttlSeconds(): number | undefined {
    return this.resolver.resolved(LB)?.ttlSeconds;
  }
}

/** After all promises that are ready to go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('addresses are asked for again', () => {
  test.each([
    ['when their TTL ends', 60, 0, [0, 60_000, 120_000]],
    ['no sooner than after 5 s', 0, 0, [0, 5_000, 10_000]],
    ['no later than after an hour', 86_400, 0, [0, 3_600_000, 7_200_000]],
    ['up to a second later, by chance', 60, 0.5, [0, 60_500, 121_000]],
  ])('%s', async (_, ttlSeconds, random, askedMs) => {
    const bench = await Bench.with(() => found(ttlSeconds, '192.0.2.1'), random);
    for (let turn = 0; turn < 2; turn++) {
      bench.clock.advance((askedMs[1] ?? 0) - 1);
      await settled();
      expect(bench.askedMs).toEqual(askedMs.slice(0, turn + 1));
      bench.clock.advance(1);
      await settled();
    }
    expect(bench.askedMs).toEqual(askedMs);
    expect(bench.ttlSeconds).toBe(ttlSeconds);
  });

  test('and those that changed are told, in whatever order they come', async () => {
    const lists = [['192.0.2.2', '192.0.2.1'], ['192.0.2.1', '192.0.2.2'], ['192.0.2.3']];
    const bench = await Bench.with(() => found(10, ...(lists.shift() ?? [])));
    await bench.pass(20);
    expect(bench.changes.filter((line) => line.includes('IPv4'))).toEqual([
      '0 IPv4:  > 192.0.2.1,192.0.2.2',
      '20000 IPv4: 192.0.2.1,192.0.2.2 > 192.0.2.3',
    ]);
    expect(bench.addresses).toEqual(['192.0.2.3']);
  });

  test('of a family that there is none of, after a minute', async () => {
    const bench = await Bench.with(() => found(3600, '192.0.2.1'));
    bench.answer6 = () => found(3600, '2001:db8::1');
    await bench.pass(59);
    expect(bench.addresses).toEqual(['192.0.2.1']);
    await bench.pass(1);
    expect(bench.addresses).toEqual(['192.0.2.1', '2001:db8::1']);
  });

  test('each family apart, and the lesser TTL is that of both', async () => {
    const bench = new Bench();
    bench.answer6 = () => found(20, '2001:db8::1');
    bench.resolver.setTargets([LB], bench);
    await settled();
    expect([bench.addresses, bench.ttlSeconds]).toEqual([['192.0.2.1', '2001:db8::1'], 20]);
  });
});

describe('while resolving fails', () => {
  test('the last known addresses stay, for half a minute in each answer (RFC 8767), until it works again', async () => {
    const bench = await Bench.with(() => found(60, '192.0.2.1'));
    bench.answer = () => failed;
    await bench.pass(3600);
    expect([bench.addresses, bench.ttlSeconds]).toEqual([['192.0.2.1'], 30]);
    expect(bench.troubles).toEqual(['60000 lb.example.net. IPv4 no answer: 192.0.2.1']);
    bench.answer = () => found(60, '192.0.2.2');
    await bench.pass(60);
    expect([bench.addresses, bench.ttlSeconds]).toEqual([['192.0.2.2'], 60]);
    bench.answer = () => failed;
    await bench.pass(61);
    expect(bench.troubles).toHaveLength(2);
  });

  test('it is tried again after 1 s, 2 s, 4 s, and at last each minute', async () => {
    const bench = await Bench.with(() => failed);
    await bench.pass(300);
    const starts = [0, 1, 3, 7, 15, 31, 63, 123, 183, 243].map((seconds) => seconds * 1000);
    expect(bench.askedMs).toEqual(starts);
  });

  test('from the start, nothing is known, which is not the same as none', async () => {
    const bench = await Bench.with(() => failed);
    expect(bench.addresses).toBeUndefined();
    expect(bench.troubles).toEqual(['0 lb.example.net. IPv4 no answer: ']);
    bench.answer = () => none;
    await bench.pass(1);
    expect(bench.addresses).toEqual([]);
  });
});

describe('a name of which it is said that it has none', () => {
  test('keeps what was known until nothing else was said for a minute', async () => {
    const bench = await Bench.with(() => found(10, '192.0.2.1'));
    bench.answer = () => none;
    await bench.pass(10 + 31);
    expect([bench.addresses, bench.ttlSeconds]).toEqual([['192.0.2.1'], 10]);
    expect(bench.troubles).toEqual(['10000 lb.example.net. IPv4 no such name: 192.0.2.1']);
    await bench.pass(40);
    expect(bench.addresses).toEqual([]);
    expect(bench.changes.at(-1)).toBe('73000 IPv4: 192.0.2.1 > ');
  });

  test('keeps it longer while resolving fails in between', async () => {
    const bench = await Bench.with(() => found(10, '192.0.2.1'));
    let turn = 0;
    bench.answer = () => (turn++ % 2 === 0 ? none : failed);
    await bench.pass(3600);
    expect(bench.addresses).toEqual(['192.0.2.1']);
  });

  test('keeps it if it has some again', async () => {
    const bench = await Bench.with(() => found(10, '192.0.2.1'));
    bench.answer = () => none;
    await bench.pass(30);
    bench.answer = () => found(10, '192.0.2.1');
    await bench.pass(100);
    bench.answer = () => none;
    await bench.pass(30);
    expect(bench.addresses).toEqual(['192.0.2.1']);
  });
});

describe('another list of names', () => {
  test('leaves those that stay undisturbed, whatever their case, and ends the others', async () => {
    const bench = await Bench.with(() => found(60, '192.0.2.1'));
    await bench.pass(30);
    bench.resolver.setTargets([wireName('LB.example.NET.'), LB], bench);
    await settled();
    expect(bench.askedMs).toEqual([0]);
    expect(bench.addresses).toEqual(['192.0.2.1']);
    bench.resolver.setTargets([], bench);
    expect([bench.addresses, bench.clock.pendingTimers]).toEqual([undefined, 0]);
  });

  test('and other resolvers are asked at once', async () => {
    const bench = await Bench.with(() => found(3600, '192.0.2.1'));
    const other = new Bench();
    other.answer = () => found(3600, '192.0.2.2');
    bench.resolver.setTargets([LB], other);
    await settled();
    expect(bench.addresses).toEqual(['192.0.2.2']);
    expect(bench.clock.pendingTimers).toBe(2);
  });

  test('drops what comes for a name that is gone', async () => {
    const { promise, resolve } = Promise.withResolvers<Answered>();
    const bench = new Bench();
    bench.answer = () => promise;
    bench.resolver.setTargets([LB], bench);
    bench.resolver.setTargets([], bench);
    resolve(found(60, '192.0.2.1'));
    await settled();
    expect([bench.addresses, bench.changes, bench.clock.pendingTimers]).toEqual([undefined, [], 0]);
  });

  test('has no more than 64 questions out at once, and all have their turn', async () => {
    const bench = new Bench();
    const names = Array.from({ length: 200 }, (_, index) => wireName(`lb${index}.example.net.`));
    bench.answer = () => settled().then(() => failed);
    bench.resolver.setTargets(names, bench);
    await bench.resolver.firstAnswers();
    expect(bench.askedMs).toHaveLength(200);
    expect(bench.outMax).toBeLessThanOrEqual(64);
  });
});

test('first answers are there when every name was asked for, a failure included', async () => {
  const { promise, resolve } = Promise.withResolvers<Answered>();
  const bench = new Bench();
  bench.answer = () => promise;
  bench.resolver.setTargets([LB], bench);
  let isThere = false;
  const answers = bench.resolver.firstAnswers().then(() => {
    isThere = true;
  });
  await settled();
  expect(isThere).toBe(false);
  resolve(failed);
  await answers;
});

test('a stop leaves nothing behind', async () => {
  const bench = await Bench.with(() => found(60, '192.0.2.1'));
  bench.resolver.stop();
  expect([bench.clock.pendingTimers, bench.isCancelled, bench.addresses]).toEqual([0, true, undefined]);
  await bench.resolver.firstAnswers();
});

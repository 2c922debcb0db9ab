import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Blocks } from '../../compile/world.ts';
import { type CounterName, type QueryCounts, sumCounters, sumQueryCounts } from '../../snapshot/counters.ts';
import type { ListenAddress, UdpTransport } from '../../snapshot/messages.ts';
import { makeSharedStreams, type SharedStreams } from '../../snapshot/streams.ts';
import { crewOf, FILES, LIMITS, listenOf, preferredUdp, ROWS, type Role, rowOf } from './crew.ts';
import { Publications } from './publications.ts';
import { randomSeed } from './seed.ts';
import { UnfitError, WorkerThread } from './worker-thread.ts';

const ROLES: readonly Role[] = ['loop', 'udp'];

type Crew = Readonly<Record<Role, readonly WorkerThread[]>>;

interface PoolEvents {
  /**
   * A worker died; another takes its place. Queries wait for it meanwhile where UDP is mmsg, and are lost with dgram.
   */
  died: [reason: string];
}

/** The data-plane threads, and the blocks that they serve from. */
export class WorkerPool extends EventEmitter<PoolEvents> {
  /** Workers that died since the start. */
  deaths = 0;
  #listen: readonly ListenAddress[];
  #size: number;
  readonly #cpus: readonly number[];
  #udp: UdpTransport;
  readonly #canFallBack: boolean;
  #whyFallenBack: string | undefined;
  #crew: Crew = { loop: [], udp: [] };
  /** Threads that are started, and do not serve yet. */
  #booted: Crew | undefined;
  readonly #shared: SharedStreams;
  readonly #news = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #publications = new Publications();

  /**
   * @param udp to be used or fail; undefined: mmsg where that works, dgram elsewhere.
   * @param cpus that the workers for UDP are kept on, one each, in turn; none: wherever the system puts them.
   */
  constructor(listen: readonly ListenAddress[], size: number, udp?: UdpTransport, cpus: readonly number[] = []) {
    super();
    this.#listen = listen;
    this.#size = size;
    this.#cpus = cpus;
    this.#udp = udp ?? preferredUdp();
    this.#canFallBack = udp === undefined;
    this.#shared = makeSharedStreams(ROWS, { networkSeed: randomSeed(), ticketKeys: randomBytes(48) });
  }

  get listen(): readonly ListenAddress[] {
    return this.#listen;
  }

  /** The number of the last publication. */
  get generation(): number {
    return this.#publications.generation;
  }

  get size(): number {
    return this.#size;
  }

  /** How UDP is done; and why so, where it was to be done better. */
  get udp(): string {
    return this.#whyFallenBack === undefined ? this.#udp : `${this.#udp} (no mmsg: ${this.#whyFallenBack})`;
  }

  get transport(): UdpTransport {
    return this.#udp;
  }

  /** What the transports of all workers have counted since the start. */
  get counts(): Record<CounterName, number> {
    return sumCounters(this.#shared.counters);
  }

  /** What the workers have counted of queries and their answers since the start. */
  get queries(): QueryCounts {
    return sumQueryCounts(this.#shared.counters);
  }

  get #threads(): readonly WorkerThread[] {
    return [...this.#crew.loop, ...this.#crew.udp];
  }

  /** Starts the threads, so that they load their code while the world is made that `start` gives them. */
  boot(): void {
    this.#booted = this.#makeMore(this.#size);
    for (const role of ROLES) {
      for (const thread of this.#booted[role]) thread.boot(listenOf(role, this.#udp, this.#listen));
    }
  }

  /** Has the workers serve a whole world; resolves when all answer. Rejects with a ListenError or a ThreadError. */
  async start(blocks: Blocks): Promise<void> {
    this.#publications.add(this.#dealt(blocks));
    try {
      this.#crew = await this.#enlarge(this.#listen, this.#size);
    } catch (error) {
      if (!(error instanceof UnfitError && this.#canFallBack)) throw error;
      this.#udp = 'dgram';
      this.#whyFallenBack = error.reason;
      this.#publications.add(this.#dealt(blocks));
      this.#crew = await this.#enlarge(this.#listen, this.#size);
    }
  }

  /** Hands blocks to all workers: a whole world, or the services that changed. */
  publish(blocks: Blocks): void {
    const publication = this.#publications.add(this.#dealt(blocks));
    for (const thread of this.#threads) thread.tell({ kind: 'publish', publication });
    this.#announce();
  }

  /**
   * Changes the number of workers and the addresses, and publishes a whole world to them. Workers and sockets that stay
   * lose nothing; those that go answer what they have. `world` is called when everything is ready for it.
   * Rejects with a ListenError or a ThreadError, and then all is as it was.
   */
  async change(listen: readonly ListenAddress[], size: number, world: () => Blocks): Promise<void> {
    const before = this.#listen;
    await this.#listenAt([...before, ...listen], before);
    try {
      this.#crew = await this.#enlarge(listen, size);
    } catch (error) {
      await this.#listenAt(before, before);
      throw error;
    }
    this.#listen = listen;
    this.#size = size;
    this.publish(world());
    const wanted = crewOf(this.#udp, size);
    const surplus = ROLES.flatMap((role) => this.#crew[role].slice(wanted[role]));
    this.#crew = { loop: this.#crew.loop.slice(0, wanted.loop), udp: this.#crew.udp.slice(0, wanted.udp) };
    await Promise.all([this.#listenAt(listen, listen), this.#stop(surplus)]);
  }

  /** Lets every worker answer what it has, then ends it. */
  async stop(): Promise<void> {
    const { loop = [], udp = [] } = this.#booted ?? {};
    this.#booted = undefined;
    await this.#stop([...this.#threads, ...loop, ...udp]);
  }

  async #stop(threads: readonly WorkerThread[]): Promise<void> {
    const stopped = threads.map((thread) => thread.stop());
    this.#announce();
    await Promise.all(stopped);
  }

  /** Those that there are, and as many more as are asked for. Where one can't start, none does. */
  async #enlarge(listen: readonly ListenAddress[], size: number): Promise<Crew> {
    const added = this.#booted ?? this.#makeMore(size);
    this.#booted = undefined;
    const starting = ROLES.flatMap((role) =>
      added[role].map((thread) => thread.start(listenOf(role, this.#udp, listen))),
    );
    const started = await Promise.allSettled(starting);
    const failures = started.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failures.length > 0) {
      await this.#stop([...added.loop, ...added.udp]);
      throw failures.find((failure) => failure instanceof UnfitError) ?? failures[0];
    }
    return { loop: [...this.#crew.loop, ...added.loop], udp: [...this.#crew.udp, ...added.udp] };
  }

  /** Threads that are missing to as many workers as are asked for; they do not run yet. */
  #makeMore(size: number): Crew {
    const wanted = crewOf(this.#udp, size);
    const missing = (role: Role): readonly WorkerThread[] =>
      Array.from({ length: Math.max(0, wanted[role] - this.#crew[role].length) }, (_, more) =>
        this.#make(role, this.#crew[role].length + more),
      );
    return { loop: missing('loop'), udp: missing('udp') };
  }

  #make(role: Role, index: number): WorkerThread {
    const thread = new WorkerThread({
      file: FILES[role],
      limits: LIMITS[role],
      start: { index: rowOf(role, index), shared: this.#shared, news: this.#news, cpu: this.#cpuOf(role, index) },
      current: () => this.#publications.current,
    });
    thread.on('died', (reason) => {
      this.deaths++;
      this.emit('died', reason);
    });
    return thread;
  }

  /** Only UDP workers are pinned: the others do too little to be in their way. */
  #cpuOf(role: Role, index: number): number | undefined {
    return role === 'udp' && this.#cpus.length > 0 ? this.#cpus[index % this.#cpus.length] : undefined;
  }

  /** Has all workers listen there; where one can't, all listen `otherwise`, and it rejects with a ListenError. */
  async #listenAt(listen: readonly ListenAddress[], otherwise: readonly ListenAddress[]): Promise<void> {
    const ask = (addresses: readonly ListenAddress[]): Promise<unknown>[] => {
      const asked = ROLES.flatMap((role) =>
        this.#crew[role].map((thread) => thread.listen(listenOf(role, this.#udp, addresses))),
      );
      this.#announce();
      return asked;
    };
    const asked = await Promise.allSettled(ask(listen));
    const failures = asked.filter((result) => result.status === 'rejected');
    if (failures.length === 0) return;
    await Promise.allSettled(ask(otherwise));
    throw failures[0].reason;
  }

  /** Has those look who block in a receive. After the messages, so that whoever looks finds them. */
  #announce(): void {
    Atomics.add(new Int32Array(this.#news), 0, 1);
  }

  /**
   * Blocks with the bound on connections that holds for each worker: the kernel deals connections out evenly enough,
   * and a bound of one's own needs no asking of others.
   */
  #dealt(blocks: Blocks): Blocks {
    const { streams } = blocks;
    if (streams === undefined) return blocks;
    const connectionsMax = Math.ceil(streams.connectionsMax / crewOf(this.#udp, this.#size).loop);
    return { ...blocks, streams: { ...streams, connectionsMax } };
  }
}

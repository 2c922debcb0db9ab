import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { SharedStreams, StreamSettings } from '../../snapshot/streams.ts';
import type { Counters } from '../counters.ts';
import { NetworkCounts } from './network-counts.ts';
import { Recency } from './recency.ts';
import { Seat } from './seat.ts';

interface StreamsEvents {
  /** Other settings are in force. */
  changed: [];
}

/**
 * The connections of a worker, over any transport: who may have one, and for how long. The list by last activity serves
 * both limits: its oldest member is the next whose time is up, and the one that goes when there are too many (RFC 7766
 * sections 6.1 and 6.2.3).
 */
export class Streams extends EventEmitter<StreamsEvents> {
  /** Counts up with every connection and query: as long as it changes, something is on its way. */
  activity = 0;
  readonly #counters: Counters;
  readonly #seats = new Recency<Seat>();
  readonly #networks: NetworkCounts;
  #settings: StreamSettings;
  #sweep: NodeJS.Timeout | undefined;

  constructor(settings: StreamSettings, shared: SharedStreams, index: number, counters: Counters) {
    super();
    this.setMaxListeners(0); // one a listen address: the operator's number, not a leak
    this.#settings = settings;
    this.#networks = new NetworkCounts(shared.networks, index, shared.networkSeed);
    this.#counters = counters;
  }

  get settings(): StreamSettings {
    return this.#settings;
  }

  get size(): number {
    return this.#seats.size;
  }

  apply(settings: StreamSettings): void {
    this.#settings = settings;
    while (this.#seats.size > settings.connectionsMax) this.#closeForNewer();
    this.#sweepIdle();
    this.emit('changed');
  }

  /** Takes a connection in. If there are too many, the one that was idle longest makes room. */
  seat(socket: Socket): Seat {
    this.activity++;
    this.#counters.add('connections');
    while (this.#seats.size >= this.#settings.connectionsMax) this.#closeForNewer();
    const seat = new Seat(socket);
    seat.activeMs = performance.now();
    this.#seats.add(seat);
    socket.once('close', () => this.#leave(seat));
    if (this.#sweep === undefined) this.#sweepIdle();
    return seat;
  }

  /**
   * Counts a connection for its client's network, which is known by now. Returns false if that network has as many as
   * it may.
   */
  admit(seat: Seat): boolean {
    const slot = this.#networks.slotOf(seat.client);
    const isFull = this.#networks.total(slot) >= this.#settings.perNetworkMax;
    if (isFull) {
      this.#counters.add('refusedByNetwork');
      return false;
    }
    this.#networks.add(slot);
    seat.networkSlot = slot;
    return true;
  }

  /** A query came. */
  touch(seat: Seat): void {
    this.activity++;
    seat.activeMs = performance.now();
    if (!seat.hasLeft) this.#seats.touch(seat);
  }

  #closeForNewer(): void {
    this.#counters.add('closedForNewer');
    this.#close(this.#seats.oldest);
  }

  /** Closes those whose time is up, and comes back for the next. */
  #sweepIdle(): void {
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
    const dueMs = performance.now() - this.#settings.idleMs;
    let { oldest } = this.#seats;
    for (; oldest !== undefined && oldest.activeMs <= dueMs; oldest = this.#seats.oldest) {
      this.#counters.add(oldest.isBlocked ? 'closedUnread' : 'closedIdle');
      this.#close(oldest);
    }
    if (oldest === undefined) return;
    // A little late rather than early: a timer may fire within the millisecond before.
    this.#sweep = setTimeout(() => this.#sweepIdle(), Math.ceil(oldest.activeMs - dueMs) + 1);
    this.#sweep.unref();
  }

  #close(seat: Seat | undefined): void {
    if (seat === undefined) return;
    seat.destroy();
    // Its socket reports the close only later. Until then it would be counted, and found again.
    this.#leave(seat);
  }

  #leave(seat: Seat): void {
    if (seat.hasLeft) return;
    seat.hasLeft = true;
    this.#seats.remove(seat);
    if (seat.networkSlot !== undefined) this.#networks.remove(seat.networkSlot);
  }
}

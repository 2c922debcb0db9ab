/** A member of a {@link Recency}. */
export interface Recent {
  /** Only the list writes these two. */
  older: Recent | undefined;
  newer: Recent | undefined;
}

/**
 * Members by when they were last active. It is a list linked through its members: to become the newest, and to leave,
 * cost the same however many there are. (In a Map, finding the first key means passing all that were deleted before
 * it.)
 */
export class Recency<T extends Recent> {
  size = 0;
  #oldest: Recent | undefined;
  #newest: Recent | undefined;

  get oldest(): T | undefined {
    return this.#oldest as T | undefined;
  }

  add(member: T): void {
    this.size++;
    member.older = this.#newest;
    member.newer = undefined;
    if (this.#newest === undefined) this.#oldest = member;
    else this.#newest.newer = member;
    this.#newest = member;
  }

  remove(member: T): void {
    this.size--;
    const { older, newer } = member;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    member.older = member.newer = undefined;
  }

  touch(member: T): void {
    if (this.#newest === member) return;
    this.remove(member);
    this.add(member);
  }
}

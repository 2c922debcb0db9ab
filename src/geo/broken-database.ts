/**
 * Thrown while a database is read, caught by `readDatabase`, which makes a Problem of it: nothing of the file is used.
 */
export class BrokenDatabase extends Error {
  readonly found: string;
  readonly expected: string;

  constructor(found: string, expected: string) {
    super(`found ${found}, expected ${expected}`);
    this.found = found;
    this.expected = expected;
  }
}

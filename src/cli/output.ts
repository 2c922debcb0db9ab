/** Where a command's lines go: a terminal, or a test. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** What stands behind a word on the command line. */
export interface Command {
  readonly usage: string;
  /** Resolves with the exit code. */
  run(argv: readonly string[], io: Output): Promise<number>;
}

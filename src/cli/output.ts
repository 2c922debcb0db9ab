/** Where a command's lines go: a terminal, or a test. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
}

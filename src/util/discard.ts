/**
 * Gives back what an array takes at once, rather than when the garbage is next collected: with many large ones that would
 * be soon, and with a pause. Nobody may have the array any more; whoever does finds it empty.
 */
export function discard({ buffer }: { readonly buffer: ArrayBuffer }): void {
  buffer.transfer(0);
}

/**
 * Frees the memory of an array at once, not when garbage is next collected: with many large arrays that would be soon,
 * and with a pause. Nobody may use the array any more; it is empty from now on.
 */
export function discard({ buffer }: { readonly buffer: ArrayBuffer }): void {
  buffer.transfer(0);
}

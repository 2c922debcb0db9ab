/** Size of a header and unit of all sizes in a tar archive (POSIX.1-1988 "ustar"). */
const BLOCK_SIZE_BYTES = 512;

/**
 * The first file in an unpacked tar archive whose name ends in `suffix`; `undefined` where there is none or the archive is cut
 * short before it ends. All that MaxMind's archives need: one folder with plain files and short names.
 */
export function fileInTar(archive: Buffer, suffix: string): Buffer | undefined {
  let at = 0;
  while (at + BLOCK_SIZE_BYTES <= archive.length) {
    const header = archive.subarray(at, at + BLOCK_SIZE_BYTES);
    const name = text(header, 0, 100);
    const sizeBytes = Number.parseInt(text(header, 124, 12), 8);
    // Two blocks of zeros end an archive.
    if (name === '' || !Number.isInteger(sizeBytes)) return undefined;
    const start = at + BLOCK_SIZE_BYTES;
    if (start + sizeBytes > archive.length) return undefined;
    if (name.endsWith(suffix)) return archive.subarray(start, start + sizeBytes);
    at = start + Math.ceil(sizeBytes / BLOCK_SIZE_BYTES) * BLOCK_SIZE_BYTES;
  }
  return undefined;
}

/** A field: text up to a zero octet or its end. */
function text(header: Buffer, start: number, size: number): string {
  return header
    .toString('latin1', start, start + size)
    .split('\0')[0]
    .trim();
}

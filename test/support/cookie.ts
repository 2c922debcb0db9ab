/** The server, the client and the time of RFC 9018 appendix A.1 and A.2, and the cookie that one gives the other then. */
export const SECRET = hex('e5e973e5a6b2a43f48e7dc849e37bfcf');
export const FROM = '198.51.100.100';
export const CLIENT = '2464c4abcf10c957';
export const SERVER = '010000005cf79f111f8130c3eee29480';
export const NOW_MS = 1559731985_000;

export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

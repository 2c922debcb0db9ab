import { expect, test } from 'vitest';
import { reasonOf } from '../../../../src/control/probes/reason.ts';

function errorWith(code: string, message = 'as the system says', more: object = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

test.each([
  [errorWith('ECONNREFUSED'), 'connection refused', 'endpoint'],
  [errorWith('EHOSTUNREACH'), 'host unreachable', 'endpoint'],
  [
    errorWith('CERT_HAS_EXPIRED', 'certificate has expired'),
    'certificate refused: certificate has expired',
    'endpoint',
  ],
  [
    errorWith('EPROTO', '80:error:0A:lib:', { reason: 'wrong version number' }),
    'TLS failed: wrong version number',
    'endpoint',
  ],
  [errorWith('EWHATEVER', 'first\r\n\u001b[31msecond'), 'probe failed: first [31msecond', 'endpoint'],
  ['a string', 'probe failed: a string', 'endpoint'],
  [errorWith('EMFILE'), 'too many open files here', 'observer'],
  [errorWith('EADDRNOTAVAIL'), 'no local address or port left here', 'observer'],
])('%s', (error, reason, fault) => {
  expect(reasonOf(error)).toEqual({ ok: false, reason, fault });
});

test('is never long', () => {
  expect(reasonOf(new Error('x'.repeat(10_000))).reason.length).toBeLessThanOrEqual(160);
});

import { z } from 'zod';
import { type HostPort, isLoopback } from '../../net/address.ts';
import { listenAddress } from './fields.ts';

const path = (form: string) => z.string(form).min(1, form);

/** Where no port is given. */
export const ADMIN_PORT = 9053;
export const PUSH_PORT = 9054;

/** Who can connect may read there, and is not asked who he is: so nobody from elsewhere can connect. */
function isOfThisMachine({ address }: HostPort, context: z.core.$RefinementCtx): void {
  if (isLoopback(address)) return;
  const message =
    'a loopback address, 127.0.0.0/8 or [::1]: whoever can connect may read (endpoints report to admin.push)';
  context.addIssue({ code: 'custom', message, params: { problem: 'not-loopback' } });
}

/** Where the server is asked about itself, and told what to do. */
export const admin = z
  .strictObject({
    listen: listenAddress(ADMIN_PORT).superRefine(isOfThisMachine).optional().meta({
      description:
        'Where health, metrics and explanations are read over HTTP: a loopback address, with a port, or without one: 9053. Whoever can connect may read; nothing can be changed there, but that endpoints with a push probe report themselves, with their token. Default: nowhere.',
    }),
    push: listenAddress(PUSH_PORT).optional().meta({
      description:
        'Where endpoints of other machines with a push probe report themselves, with their token, and nothing else is answered: address:port; without a port, 9054. Default: nowhere but at listen.',
    }),
    socket: path('the path of a Unix socket').optional().meta({
      description:
        'A Unix socket for `aya force`, `aya status` and the like, for this user alone (mode 0600). Relative to this file. Default: none.',
    }),
    overrides: path('the path of a file').optional().meta({
      description:
        'Where overrides by hand are kept; a person or program may write it, too. Relative to this file. Default: in the folder that systemd gives (STATE_DIRECTORY), else beside this file, named like it with .overrides.yaml.',
    }),
  })
  .prefault({})
  .meta({ description: 'How the server is watched and operated.' });

export type ValidAdmin = z.output<typeof admin>;

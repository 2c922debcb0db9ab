import { z } from 'zod';
import { listenAddress } from './fields.ts';

const path = (form: string) => z.string(form).min(1, form);

/** Where the server is asked about itself, and told what to do. */
export const admin = z
  .strictObject({
    listen: listenAddress(9053).optional().meta({
      description:
        'Where health, metrics and explanations are read over HTTP: address:port; without a port, 9053. Whoever can connect may read; nothing can be changed there, but that endpoints with a push probe report themselves, with their token. Default: nowhere.',
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

import { z } from 'zod';
import { domainName, oneOrMore, prefix } from './fields.ts';

/** Explanations by DNS. */
export const explain = z
  .strictObject({
    name: domainName.meta({
      description: 'Below it, by TXT: of www.example.com.<name>, why www.example.com is answered as it is.',
    }),
    allow: oneOrMore(prefix, 'a network such as 192.0.2.0/24')
      .prefault(['127.0.0.0/8', '::1/128'])
      .meta({ description: 'Networks that may ask, by the address that a query comes from. Default: this machine.' }),
  })
  .optional()
  .meta({ description: 'Explanations of answers, asked for by DNS. Not there: none are given.' });

import { expect, test } from 'vitest';
import { QUERIES_USAGE, runQueries } from '../../../src/cli/queries.ts';

test.each(['1.5', '0', '-1', '1e3', 'many', '', ' 3', '99999999999999999999'])(
  '--count=%s is misuse',
  async (count) => {
    const said: string[] = [];
    const code = await runQueries([`--count=${count}`, '--socket', '/nowhere/aya.sock'], {
      out: () => {},
      err: (line) => said.push(line),
    });
    expect({ code, said }).toEqual({ code: 2, said: [QUERIES_USAGE] });
  },
);

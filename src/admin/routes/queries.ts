import { json, type Route, STARTING } from '../route.ts';

/** Who asked what since the look before: `?after=`, the cursor that it gave. `aya queries` goes on asking. */
export const queries: Route = {
  method: 'GET',
  path: '/queries',
  isPrivate: true,
  answer({ facts, queryLog }, { query }) {
    return facts === undefined ? STARTING : json(200, queryLog.look(query.get('after') ?? undefined));
  },
};

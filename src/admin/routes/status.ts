import { json, type Route, STARTING } from '../route.ts';
import { statusOf } from '../status.ts';

/** What `aya status` shows. */
export const status: Route = {
  method: 'GET',
  path: '/status',
  isPrivate: false,
  answer: async ({ facts }) => (facts === undefined ? STARTING : json(200, await statusOf(facts))),
};

import { type Route, text } from '../route.ts';

/** Whether the control plane runs: it answers. */
export const healthz: Route = { method: 'GET', path: '/healthz', isPrivate: false, answer: () => text(200, 'ok') };

/** Whether queries are answered. */
export const readyz: Route = {
  method: 'GET',
  path: '/readyz',
  isPrivate: false,
  answer: ({ facts }) => (facts === undefined ? text(503, 'not serving yet') : text(200, 'ok')),
};

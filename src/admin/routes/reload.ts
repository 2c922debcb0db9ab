import { formatProblem } from '../../util/problem.ts';
import { json, type Route } from '../route.ts';

/** Loads the configuration again; with `?override`, even against the rules of safety. */
export const reload: Route = {
  method: 'POST',
  path: '/reload',
  isPrivate: true,
  async answer(server, { query }) {
    const problems = await server.reload('asked to', query.has('override'));
    return problems.length === 0 ? json(200, {}) : json(409, { problems: problems.map(formatProblem) });
  },
};

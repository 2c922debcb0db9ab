import { formatProblem } from '../../util/problem.ts';
import { json, type Route } from '../route.ts';

/** Loads the configuration again; with `?override`, even against the rules of safety. */
export const reload: Route = {
  method: 'POST',
  path: '/reload',
  isPrivate: true,
  async answer(server, { query, whoIs }) {
    const who = whoIs(query.get('who') ?? '');
    const problems = await server.reload('asked to', query.has('override'), who);
    return problems.length === 0 ? json(200, {}) : json(409, { problems: problems.map(formatProblem) });
  },
};

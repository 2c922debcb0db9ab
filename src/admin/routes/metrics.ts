import { expositionOf, familiesOf, METRICS_CONTENT_TYPE } from '../metrics/exposition.ts';
import { type Route, STARTING } from '../route.ts';

/** All metrics, in the text format of Prometheus. */
export const metrics: Route = {
  method: 'GET',
  path: '/metrics',
  isPrivate: false,
  async answer({ facts }) {
    if (facts === undefined) return STARTING;
    return { status: 200, type: METRICS_CONTENT_TYPE, body: await expositionOf(await familiesOf(facts)) };
  },
};

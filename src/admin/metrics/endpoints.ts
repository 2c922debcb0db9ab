import type { EndpointConfig, ServiceConfig } from '../../config/config.ts';
import type { Facts } from '../../control/facts.ts';
import { counter, type Family, gauge, type Sample } from './family.ts';

// As many as the prober tells apart: beyond that a series each is more than collectors like.
const ENDPOINTS_MAX = 1_000;

interface Placed {
  readonly service: ServiceConfig;
  readonly endpoint: EndpointConfig;
  readonly labels: Readonly<Record<string, string>>;
}

/** What endpoints are, by service, region and endpoint; where there are very many, by service alone. */
export function endpointFamilies(facts: Facts): readonly Family[] {
  const placed = placedIn(facts);
  const isFine = placed.length <= ENDPOINTS_MAX;
  const each = (value: (one: Placed) => number | undefined): readonly Sample[] =>
    isFine
      ? placed.flatMap((one) => {
          const found = value(one);
          return found === undefined ? [] : [{ labels: one.labels, value: found }];
        })
      : [];
  return [
    gauge(
      'aya_endpoint_up',
      'Whether probes find an address of the endpoint up: 1 or 0. Without it: nothing is known.',
      each((one) => isFoundUp(facts, one)),
    ),
    gauge(
      'aya_endpoint_answerable',
      'Whether an address of the endpoint may be answered, what was said by hand included: 1 or 0.',
      each((one) => (isAnswerable(facts, one) ? 1 : 0)),
    ),
    gauge(
      'aya_endpoint_draining',
      'Whether the endpoint drains, by configuration or by hand: 1 or 0.',
      each(({ service, endpoint }) => (facts.isDraining(service, endpoint) ? 1 : 0)),
    ),
    gauge('aya_endpoint_forced', 'Endpoints whose verdict is overridden by hand, and to what.', forced(facts, placed)),
    gauge(
      'aya_service_endpoints',
      'Endpoints of the service.',
      byService(facts, placed, () => true),
    ),
    gauge(
      'aya_service_endpoints_available',
      'Endpoints of the service that may be answered and do not drain.',
      byService(facts, placed, (one) => isAnswerable(facts, one) && !facts.isDraining(one.service, one.endpoint)),
    ),
    gauge('aya_service_fallback', 'Services of which some clients get a fallback, and which.', fallbacks(facts)),
    counter(
      'aya_endpoint_flaps_total',
      'Verdicts that turned from up to down or back.',
      facts.tally.series.map(({ service, region, endpoint, flaps }) => ({
        labels: labelsOf(service, region, endpoint),
        value: flaps,
      })),
    ),
  ];
}

/** Labels that have no value are left out. */
export function labelsOf(service: string, region: string, endpoint: string): Readonly<Record<string, string>> {
  return { ...(service && { service }), ...(region && { region }), ...(endpoint && { endpoint }) };
}

function placedIn({ config }: Facts): readonly Placed[] {
  return [...config.services.values()].flatMap((service) =>
    service.endpoints
      .filter((endpoint) => endpoint.service === undefined)
      .map((endpoint) => ({ service, endpoint, labels: labelsOf(service.name, endpoint.region ?? '', endpoint.name) })),
  );
}

function isFoundUp(facts: Facts, { service, endpoint }: Placed): number | undefined {
  const verdicts = facts.addresses(endpoint).map((address) => facts.probed(service, endpoint, address)?.verdict);
  if (verdicts.includes('up')) return 1;
  return verdicts.includes('down') ? 0 : undefined;
}

function isAnswerable(facts: Facts, { service, endpoint }: Placed): boolean {
  return facts.addresses(endpoint).some((address) => facts.isUp(service, endpoint, address));
}

/** Few at a time, however many endpoints there are: bounded as those are, all the same. */
function forced({ operations }: Facts, placed: readonly Placed[]): readonly Sample[] {
  const { overrides } = operations.hand;
  if (overrides.size === 0) return [];
  const found = placed.flatMap(({ service, endpoint, labels }): readonly Sample[] => {
    const place = { service: service.name, endpoint: endpoint.name, region: endpoint.region };
    const override = overrides.of(place);
    return override === undefined ? [] : [{ labels: { ...labels, force: override.force }, value: 1 }];
  });
  return found.slice(0, ENDPOINTS_MAX);
}

function byService(facts: Facts, placed: readonly Placed[], counts: (one: Placed) => boolean): readonly Sample[] {
  const numbers = new Map([...facts.config.services.keys()].map((name) => [name, 0]));
  for (const one of placed) {
    const { name } = one.service;
    if (counts(one)) numbers.set(name, (numbers.get(name) ?? 0) + 1);
  }
  return [...numbers].map(([service, value]) => ({ labels: { service }, value }));
}

function fallbacks({ config, world }: Facts): readonly Sample[] {
  return [...config.services.keys()].flatMap((service) =>
    world
      .modesOf(service)
      .filter((mode) => mode !== 'normal')
      .map((mode) => ({ labels: { service, mode }, value: 1 })),
  );
}

import type { EndpointConfig, ServiceConfig } from '../../config/config.ts';
import type { Facts } from '../../control/facts.ts';
import { counter, type Family, gauge, type Sample } from './family.ts';
import { inSlices } from './slices.ts';

// As many as the tally tells apart: collectors do not like more series.
const ENDPOINTS_MAX = 1_000;

interface Placed {
  readonly service: ServiceConfig;
  readonly endpoint: EndpointConfig;
}

/** An endpoint as it is just now. */
interface Seen {
  readonly labels: Readonly<Record<string, string>>;
  readonly service: string;
  /** By its probe; undefined: nothing is known. */
  readonly isFoundUp: boolean | undefined;
  readonly isAnswerable: boolean;
  readonly isDraining: boolean;
  /** The override, if there is one. */
  readonly force: string | undefined;
}

/** What endpoints are, by service, region and endpoint; where there are very many, by service alone. */
export async function endpointFamilies(facts: Facts): Promise<readonly Family[]> {
  const seen = await inSlices(placedIn(facts), (one) => see(facts, one));
  const isFine = seen.length <= ENDPOINTS_MAX;
  const each = (value: (one: Seen) => boolean | undefined): readonly Sample[] =>
    isFine ? seen.flatMap((one) => sampleOf(one.labels, value(one))) : [];
  return [
    gauge(
      'aya_endpoint_up',
      'Whether probes find an address of the endpoint up: 1 or 0. Without it: nothing is known.',
      each(({ isFoundUp }) => isFoundUp),
    ),
    gauge(
      'aya_endpoint_answerable',
      'Whether an address of the endpoint may be answered, what was said by hand included: 1 or 0.',
      each(({ isAnswerable }) => isAnswerable),
    ),
    gauge(
      'aya_endpoint_draining',
      'Whether the endpoint drains, by configuration, by hand or with its region: 1 or 0.',
      each(({ isDraining }) => isDraining),
    ),
    gauge('aya_endpoint_forced', 'Endpoints whose verdict is overridden by hand, and to what.', forced(seen)),
    gauge(
      'aya_service_endpoints',
      'Endpoints of the service.',
      byService(facts, seen, () => true),
    ),
    gauge(
      'aya_service_endpoints_available',
      'Endpoints of the service that may be answered and do not drain.',
      byService(facts, seen, ({ isAnswerable, isDraining }) => isAnswerable && !isDraining),
    ),
    gauge('aya_service_fallback', 'Services of which some clients get a fallback, and which.', fallbacks(facts)),
    gauge(
      'aya_region_up',
      'Whether the region is up as a whole, by its own probe or its endpoints: 1 or 0. Without it: nothing is known.',
      regions(facts, (region) => {
        const verdict = facts.region(region)?.verdict;
        return verdict === undefined || verdict === 'unknown' ? undefined : { value: verdict === 'up' ? 1 : 0 };
      }),
    ),
    gauge(
      'aya_region_forced',
      'Regions that are overridden by hand, and to what.',
      regions(facts, (region) => {
        const force = facts.operations.hand.overrides.get({ kind: 'region', name: region })?.force;
        return force && { force, value: 1 };
      }),
    ),
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
    service.endpoints.filter((endpoint) => endpoint.service === undefined).map((endpoint) => ({ service, endpoint })),
  );
}

function see(facts: Facts, { service, endpoint }: Placed): Seen {
  const addresses = facts.addresses(endpoint);
  const verdicts = addresses.map((address) => facts.probed(service, endpoint, address)?.verdict);
  const { name, region } = endpoint;
  return {
    labels: labelsOf(service.name, region ?? '', name),
    service: service.name,
    isFoundUp: verdicts.includes('up') || (verdicts.includes('down') ? false : undefined),
    isAnswerable: addresses.some((address) => facts.isUp(service, endpoint, address)),
    isDraining: facts.isDraining(service, endpoint),
    force: facts.operations.hand.overrides.of({ service: service.name, endpoint: name, region })?.force,
  };
}

function sampleOf(labels: Sample['labels'], value: boolean | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels, value: value ? 1 : 0 }];
}

/** Seldom many at a time, and bounded all the same. */
function forced(seen: readonly Seen[]): readonly Sample[] {
  return seen
    .flatMap(({ labels, force }) => (force === undefined ? [] : [{ labels: { ...labels, force }, value: 1 }]))
    .slice(0, ENDPOINTS_MAX);
}

function byService(facts: Facts, seen: readonly Seen[], counts: (one: Seen) => boolean): readonly Sample[] {
  const numbers = new Map([...facts.config.services.keys()].map((name) => [name, 0]));
  for (const one of seen) if (counts(one)) numbers.set(one.service, (numbers.get(one.service) ?? 0) + 1);
  return [...numbers].map(([service, value]) => ({ labels: { service }, value }));
}

function regions(
  { config }: Facts,
  look: (region: string) => { readonly value: number; readonly force?: string } | undefined,
): readonly Sample[] {
  return [...config.regions.keys()].flatMap((region) => {
    const { value, ...labels } = look(region) ?? {};
    return value === undefined ? [] : [{ labels: { region, ...labels }, value }];
  });
}

function fallbacks({ config, world }: Facts): readonly Sample[] {
  return [...config.services.keys()].flatMap((service) =>
    world
      .modesOf(service)
      .filter((mode) => mode !== 'normal')
      .map((mode) => ({ labels: { service, mode }, value: 1 })),
  );
}

import type {
  AnswerNote,
  ClientNote,
  EndpointNote,
  Explanation,
  ServiceNote,
  ShareNote,
  SteeringNote,
  StepNote,
} from './explanation.ts';
import { latencyText } from './latency-notes.ts';

const FOUND: Readonly<Record<Exclude<Explanation['found'], 'service'>, string>> = {
  records: 'the zone has records of that type there, which everyone gets',
  'no-data': 'the name is there, and has nothing of that type',
  nxdomain: 'there is no such name',
  referral: 'the name is delegated to other name servers',
  'not-ours': 'no zone of ours has the name',
  loop: 'the aliases lead nowhere',
};

/** An explanation as lines for people: what is answered first, why behind it. */
export function explanationText(explanation: Explanation): readonly string[] {
  const { name, type, aliases, found, at, down, client, steering } = explanation;
  return [
    [
      name,
      type,
      'for',
      clientText(client),
      'at',
      at,
      ...(down.length > 0 ? [`while ${down.join(', ')} is down`] : []),
    ].join(' '),
    ...aliases.map((alias) => `  is an alias of ${alias}`),
    ...(found === 'service' ? [] : [`  ${FOUND[found]}`]),
    `  client: ${placeText(client)}`,
    ...(client.databases ?? []).map(({ file, place }) => `    ${file}: ${valuesText(place)}`),
    ...(steering === undefined ? [] : steeringText(steering)),
  ];
}

function clientText({ from, address }: ClientNote): string {
  return address === undefined || address === from ? from : `${from} (${address})`;
}

function placeText({ networks, place, knownBy }: ClientNote): string {
  const known = valuesText(place);
  const inside = networks.length > 0 ? `in network ${networks.join(', in ')}; ` : '';
  return `${inside}${known}${knownBy === 'country' ? ', by the table of countries' : ''}`;
}

function valuesText(place: object): string {
  const values = Object.entries(place).map(([key, value]) => `${key} ${value}`);
  return values.length === 0 ? 'nothing is known of where it is' : values.join(', ');
}

function steeringText({ service, answer, shares, canaries, services, ...measured }: SteeringNote): readonly string[] {
  return [
    `  service ${service} answers ${answerText(answer)}`,
    ...answer.endpoints.map((one) => `    ${shareText(one)}`),
    ...(answer.ttlSeconds === undefined ? [] : [`  TTL ${answer.ttlSeconds} s`]),
    ...(answer.scope === undefined ? [] : [`  holds for ${answer.scope.network}`]),
    ...canaries.map((one) => {
      const side = {
        true: 'takes this client',
        false: 'does not take this client',
        undefined: 'depends on the address',
      };
      return `  canary ${one.name} of ${one.service}, step ${one.step}: ${one.percent} % of clients; ${side[`${one.isTaken}`]}`;
    }),
    ...(measured.latency === undefined ? [] : ['  round-trip times:']),
    ...(measured.latency ?? []).map((one) => `    ${latencyText(one)}`),
    ...(measured.isExploring ? ['  explores: it gets the second fastest, so that it goes on being measured'] : []),
    '  shares of all clients like this one:',
    ...shares.map((one) => `    ${shareText(one)}`),
    ...services.flatMap(serviceText),
  ];
}

const MODES: Readonly<Record<string, string>> = {
  draining: 'all that is up is draining',
  all: 'no endpoint is up: all of them as if they were',
  lastGood: 'no endpoint is up: those that were up last',
  service: 'no endpoint is up: by another service',
  fixed: 'no endpoint is up: fixed addresses',
  refuse: 'no endpoint is up',
  none: 'no endpoint is up',
};

function answerText({ kind, mode, answers, draw, endpoints }: AnswerNote): string {
  const why = MODES[mode] === undefined ? '' : ` (${MODES[mode]})`;
  if (kind === 'none') return `without data${why}`;
  if (kind === 'refuse') return `SERVFAIL${why}`;
  if (kind === 'unknown') return 'SERVFAIL: no address is known yet';
  const several = endpoints.length > 1 ? `${answers} of ${endpoints.length}, ${DRAWS[draw]}` : 'with';
  return `${several}${why}:`;
}

const DRAWS = { random: 'by chance', rotate: 'in turn', sticky: 'the same ones each time' } as const;

function shareText({ percent, service, endpoint, region, addresses = [], nothing }: ShareNote): string {
  if (nothing !== undefined) return `${percentText(percent)} ${nothing}`;
  const where = region === undefined || region === endpoint ? '' : ` in ${region}`;
  return `${percentText(percent)} ${service}/${endpoint ?? '(fixed)'}${where}  ${addresses.join(' ')}`;
}

function percentText(percent: number): string {
  return `${percent.toFixed(2).padStart(6)} %`;
}

function serviceText({ name, policy, steps, endpoints, whenAllDown, fenceElse }: ServiceNote): readonly string[] {
  return [
    `  service ${name}, policy ${policy}:`,
    ...steps.flatMap(stepText).map((line) => `    ${line}`),
    ...(fenceElse === undefined ? [] : [`    nothing up within the fence: ${fenceElse}`]),
    ...(whenAllDown === undefined ? [] : [`    nothing up: ${whenAllDown}`]),
    ...endpoints.map((one) => `    ${endpointText(one)}`),
  ];
}

function stepText({ number, kind, applies, divides, keptOut, ordered }: StepNote): readonly string[] {
  const head = number === undefined ? `${kind} from above` : `step ${number} ${kind}`;
  if (!applies) return [`${head}: does not apply`];
  const effects = [
    ...(keptOut.length > 0 ? [`keeps out ${keptOut.join(', ')}`] : []),
    ...ordered.map(({ into }) => into.map((group) => group.join(', ')).join(' > ')),
    ...(divides ? ['divides what is left equal'] : []),
  ];
  return [`${head}: ${effects.length === 0 ? 'changes nothing' : effects.join('; ')}`];
}

function endpointText({ name, region, service, weight, state, role, why }: EndpointNote): string {
  const what = [
    ...(region !== undefined && region !== name ? [`in ${region}`] : []),
    ...(service === undefined || service === name ? [] : [`service ${service}`]),
    `weight ${weight}`,
    ...(why === state ? [] : [state]),
  ];
  return `${role === 'answered' ? '*' : '-'} ${name} (${what.join(', ')}): ${why}`;
}

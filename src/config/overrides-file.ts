import { z } from 'zod';
import { FORCES, type Override, type OverrideKind, Overrides, type OverrideTarget } from '../health/overrides.ts';
import type { Loaded, Problem } from '../util/problem.ts';
import type { Config } from './config.ts';
import type { Document } from './reading/document.ts';
import { expectedOf, problemsOfAll } from './reading/issues.ts';
import type { Path } from './reading/path.ts';
import { suggest } from './reading/spelling.ts';
import { parseYaml } from './reading/yaml.ts';

const FORCE_FORM = FORCES.join(', ');
const TIME_FORM = 'a time with its zone, such as 2026-05-01T12:00:00Z';
const TEXT_FORM = 'a text of at most 300 characters';

const force = z.enum(FORCES, FORCE_FORM);
const text = z.string(TEXT_FORM).max(300, TEXT_FORM).default('');
const time = z.iso.datetime({ offset: true, error: TIME_FORM }).transform((written) => Date.parse(written));

const entry = z.union(
  [
    force.transform((one) => ({ force: one, until: undefined, since: undefined, who: '', why: '', override: false })),
    z.strictObject({
      force,
      until: time.optional(),
      since: time.optional(),
      who: text,
      why: text,
      override: z.boolean('true or false').default(false),
    }),
  ],
  { error: `${FORCE_FORM}, or a mapping: { force: ..., until: ..., who: ..., why: ... }` },
);

const entries = z.record(z.string(), entry, 'a mapping of names').default({});

const fileSchema = z.strictObject({ endpoints: entries, regions: entries, services: entries }, 'a mapping');

const SECTIONS = { endpoint: 'endpoints', region: 'regions', service: 'services' } as const satisfies Record<
  OverrideKind,
  string
>;

/** The names that a configuration has for what can be overridden. */
export interface Overridable extends Readonly<Record<OverrideKind, readonly string[]>> {
  /** The service that stands behind an endpoint which can't be overridden itself, by the endpoint's name. */
  readonly nested?: ReadonlyMap<string, string>;
}

/**
 * Endpoints that stand for services are not among those that can be overridden: it is the service that is up or down.
 */
export function overridableIn({ services, regions }: Pick<Config, 'services' | 'regions'>): Overridable {
  const all = [...services.values()].flatMap(({ name, endpoints }) =>
    endpoints.map((endpoint) => ({ name: `${name}/${endpoint.name}`, service: endpoint.service })),
  );
  return {
    endpoint: all.filter(({ service }) => service === undefined).map(({ name }) => name),
    ...{ region: [...regions.keys()], service: [...services.keys()] },
    nested: new Map(all.flatMap(({ name, service }) => (service === undefined ? [] : [[name, service]]))),
  };
}

/**
 * Reads a file of overrides: YAML, or JSON. One with a mistake is no use at all: half of what somebody meant may be
 * worse than what was before.
 * @param known the names that may be overridden; undefined: whatever they are.
 */
export function readOverrides(
  content: string,
  file: string,
  known: Overridable | undefined,
  nowMs: number,
): Loaded<Overrides> {
  const { document, problems: ofSyntax } = parseYaml(content, file);
  if (document === undefined) return { ok: false, problems: ofSyntax };
  const valid = fileSchema.safeParse(document.value ?? {}, { error: expectedOf });
  if (!valid.success) {
    return {
      ok: false,
      problems: [...ofSyntax, ...problemsOfAll(valid.error.issues, document)],
    };
  }
  const kinds = Object.keys(SECTIONS) as OverrideKind[];
  const targets = kinds.flatMap((kind) => Object.keys(valid.data[SECTIONS[kind]]).map((name) => ({ kind, name })));
  const unknown = known === undefined ? [] : targets.flatMap((target) => unknownName(document, target, known));
  const problems = [...ofSyntax, ...unknown];
  if (problems.length > 0) return { ok: false, problems };
  const read = targets.map(({ kind, name }): Override => {
    const { since, until, override, ...rest } = valid.data[SECTIONS[kind]][name];
    return { kind, name, ...rest, untilMs: until, sinceMs: since ?? nowMs, isUnsafe: override };
  });
  return { ok: true, value: new Overrides(read.sort((a, b) => a.sinceMs - b.sinceMs)) };
}

/** The file that says the same. */
export function formatOverrides(overrides: Overrides): string {
  const section = (kind: OverrideKind): object =>
    Object.fromEntries(overrides.all.filter((one) => one.kind === kind).map((one) => [one.name, written(one)]));
  const sections = Object.entries(SECTIONS).map(([kind, key]) => [key, section(kind as OverrideKind)]);
  // JSON is YAML, too: who edits it by hand may go on in either.
  return `${JSON.stringify(Object.fromEntries(sections), undefined, 2)}\n`;
}

/** To complete the words "expected ..." for a name that nothing has; undefined for one that something has. */
export function expectedTarget({ kind, name }: OverrideTarget, known: Overridable): string | undefined {
  if (known[kind].includes(name)) return undefined;
  const service = kind === 'endpoint' ? known.nested?.get(name) : undefined;
  if (service !== undefined)
    return `${service} under services: ${name} stands for that service, and is not forced itself`;
  return suggest(name, known[kind], `no ${kind}: there is none`);
}

/** A file that breaks a rule. */
export function unsafeOverrides(file: string, what: string): Problem {
  return {
    code: 'unsafe-override',
    file,
    found: what,
    expected: 'overrides that keep the rules of safety, or override: true beside those that do not',
  };
}

function unknownName(document: Document, target: OverrideTarget, known: Overridable): readonly Problem[] {
  const expected = expectedTarget(target, known);
  const path: Path = [SECTIONS[target.kind], target.name];
  return expected === undefined ? [] : [document.atKey(path, `undefined-${target.kind}`, expected)];
}

function written({ force: forced, untilMs, sinceMs, who, why, isUnsafe }: Override): object {
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    force: forced,
    ...(untilMs !== undefined && { until: time(untilMs) }),
    since: time(sinceMs),
    who,
    why,
    ...(isUnsafe && { override: true }),
  };
}

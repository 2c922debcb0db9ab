import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { entriesIn, keysIn, written } from '../reading/written.ts';
import { NAME } from '../schema/schema.ts';

/** Where the operator names things, by the path to the mapping. */
const NAMING: readonly Path[] = [['geo', 'networks'], ['regions'], ['probes'], ['policies'], ['services'], ['hooks']];

const NAME_FORM = 'a name of 1 to 63 letters, digits, dots, hyphens and underscores, the first a letter or digit';

/** What whenAllDown means by itself, so that no service can have the name. */
export const RESERVED_SERVICE_NAMES: readonly string[] = ['all', 'none', 'refuse', 'lastGood'];

/** Names that cannot be one. */
export function checkNames(document: Document): readonly Problem[] {
  const malformed = NAMING.flatMap((path) =>
    keysIn(written(document.value, ...path.map(String)))
      .filter((name) => !NAME.test(name))
      .map((name) => document.atKey([...path, name], 'bad-name', NAME_FORM)),
  );
  const reserved = keysIn(written(document.value, 'services'))
    .filter((name) => RESERVED_SERVICE_NAMES.includes(name))
    .map((name) =>
      document.atKey(['services', name], 'reserved-name', `another name: whenAllDown: ${name} has its own meaning`),
    );
  const endpoints = entriesIn(written(document.value, 'services')).flatMap(([service, value]) =>
    keysIn(written(value, 'endpoints'))
      .filter((name) => !NAME.test(name))
      .map((name) => document.atKey(['services', service, 'endpoints', name], 'bad-name', NAME_FORM)),
  );
  return [...malformed, ...reserved, ...endpoints];
}

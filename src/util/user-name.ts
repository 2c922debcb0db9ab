import { readFileSync } from 'node:fs';

/** Of passwd(5): name, password, number, ... */
const NUMBER_FIELD = 2;

/**
 * The name of a user of this machine by its number, or `uid 1234` where the file of users has none: users of
 * directories (LDAP and the like) are not looked for.
 */
export function userName(uid: number, file = '/etc/passwd'): string {
  const line = linesOf(file).find((fields) => fields[NUMBER_FIELD] === String(uid));
  return line?.[0] || `uid ${uid}`;
}

function linesOf(file: string): readonly (readonly string[])[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

import { readFileSync, statSync } from 'node:fs';
import { parseYaml } from '../../config/reading/yaml.ts';

/** What a file says of an endpoint or an address. */
export interface FileState {
  readonly isUp: boolean;
  readonly why: string;
}

/** By `SERVICE/ENDPOINT`, or by address. */
export type FileStates = ReadonlyMap<string, FileState>;

// 100,000 endpoints with a reason each; what is larger is something else.
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads a file of states: a mapping in JSON or YAML where its name says so, else lines of a name, a state and a reason. A
 * file with one mistake is refused whole: half of what somebody meant may be worse than what was before.
 * @returns the states, or what is wrong.
 */
export function readStates(path: string): FileStates | string {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return 'no regular file'; // to open a pipe would wait for its writer
    if (stat.size > FILE_BYTES_MAX) return 'larger than 16 MiB';
    const text = readFileSync(path, 'utf8');
    return /\.(?:json|ya?ml)$/.test(path) ? fromMapping(text, path) : fromLines(text);
  } catch (error) {
    return (error as Error).message;
  }
}

function fromMapping(text: string, path: string): FileStates | string {
  const { document, problems } = parseYaml(text, path);
  const [problem] = problems;
  if (problem !== undefined) return `line ${problem.line}: ${problem.expected}`;
  const value = document?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no mapping of names to states';
  const states = new Map<string, FileState>();
  for (const [name, written] of Object.entries(value)) {
    const state = stateOf(written);
    if (state === undefined) return `${name}: neither up nor down`;
    states.set(name, state);
  }
  return states;
}

/** `down`, or `{ state: down, why: ... }`. */
function stateOf(written: unknown): FileState | undefined {
  if (written === 'up' || written === 'down') return { isUp: written === 'up', why: '' };
  if (typeof written !== 'object' || written === null) return undefined;
  const { state, why = '' } = written as Readonly<Record<string, unknown>>;
  if ((state !== 'up' && state !== 'down') || typeof why !== 'string') return undefined;
  return { isUp: state === 'up', why };
}

function fromLines(text: string): FileStates | string {
  const states = new Map<string, FileState>();
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (content === '') continue;
    const [, name, state, why = ''] = /^(\S+)\s+(up|down)(?:\s+(.*))?$/.exec(content) ?? [];
    if (name === undefined) return `line ${index + 1}: no name with up or down behind it`;
    states.set(name, { isUp: state === 'up', why });
  }
  return states;
}

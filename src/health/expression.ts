/** Whether a text is a regular expression of JavaScript, in Unicode mode. */
export function isExpression(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

/** What of a group has been read so far. */
interface Group {
  /** Something within repeats without bound. */
  repeats: boolean;
  /** There are alternatives, or optional parts, within. */
  chooses: boolean;
}

// `{2,}`, `{2,9}`: more than once at the choice of the text. `{3}` leaves no choice.
const repetition = /^(?:[*+]|\{\d+,\d*\})/;

// To compile more of them can take seconds, before the first body has come, and nothing interrupts that.
const VARIABLE_MAX = 20;

const variable = /^(?:[*+?]|\{\d+,\d*\})/;

/**
 * What in a valid expression can make a backtracking matcher take exponential time, in words; undefined where nothing
 * can. Refused is more than would have to be (`(?:a|b)*` is harmless): what is left out can be written as a class, and
 * who reads the rule can see why.
 */
export function unsafeIn(source: string): string | undefined {
  const open: Group[] = [{ repeats: false, chooses: false }];
  let closed: Group | undefined;
  let variables = 0;
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const group = open.at(-1)!;
    if (variable.test(rest) && ++variables > VARIABLE_MAX)
      return `more than ${VARIABLE_MAX} repetitions and optional parts`;
    const repeated = repetition.exec(rest)?.[0];
    if (repeated !== undefined) {
      if (closed?.repeats) return 'a repetition within a repetition';
      if (closed?.chooses) return 'alternatives or optional parts within a repetition';
      group.repeats = true;
      closed = undefined;
      at += repeated.length;
      continue;
    }
    closed = undefined;
    if (/^\\(?:[1-9]|k<)/.test(rest)) return 'a reference to an earlier group';
    if (rest[0] === '(') open.push({ repeats: false, chooses: false });
    else if (rest[0] === '|' || rest[0] === '?') group.chooses = true;
    else if (rest[0] === ')' && open.length > 1) {
      closed = open.pop()!;
      const around = open.at(-1)!;
      around.repeats ||= closed.repeats;
      around.chooses ||= closed.chooses;
    }
    at += lengthOfAtom(rest);
  }
  return undefined;
}

/**
 * A bound on the steps in which a valid expression is matched against a text of so many characters: each beginning,
 * with each end of whatever repeats, and each way at a choice. Infinite where it isn't as simple.
 */
export function matchStepsMax(source: string, length: number): number {
  let steps = Math.max(1, length);
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    if (rest[0] === '{') return Number.POSITIVE_INFINITY;
    if (rest[0] === '*' || rest[0] === '+') steps *= Math.max(2, length);
    // Also where it makes a repetition lazy: a bound may be too high.
    if (rest[0] === '?' || rest[0] === '|') steps *= 2;
    at += lengthOfAtom(rest);
  }
  return steps;
}

/** The length of what stands first: an escape, a class, the opening of a group, or one character. */
function lengthOfAtom(rest: string): number {
  return /^(?:\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<[^=!>]+>|<?[=!]|[a-z-]*:)|.)/su.exec(rest)?.[0].length ?? 1;
}

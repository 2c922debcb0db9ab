import { relative, sep } from 'node:path';
import { formatProblem, type Problem } from '../util/problem.ts';

/**
 * A problem as a line, with its file as the operator would name it from here: relative where it is below the current
 * directory.
 */
export function problemText(problem: Problem): string {
  return formatProblem(displayed(problem));
}

export function warningText(problem: Problem): string {
  return formatProblem({ ...displayed(problem), code: `warning: ${problem.code}` });
}

function displayed(problem: Problem): Problem {
  if (problem.file === undefined) return problem;
  const path = relative('.', problem.file);
  const isBelow = path !== '..' && !path.startsWith(`..${sep}`);
  return isBelow ? { ...problem, file: path } : problem;
}

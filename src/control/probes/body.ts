import vm from 'node:vm';
import { matchStepsMax } from '../../health/expression.ts';
import { valueAt } from '../../health/json-path.ts';
import type { BodyCheck } from '../../health/schema-http.ts';
import { BODY_BYTES_MAX } from './http-response.ts';
import { blind, failure, type ProbeOutcome } from './probe.ts';

// Expressions that could take exponential time are refused in configurations; what is left can still be quadratic in 64
// KiB.
const MATCH_MS_MAX = 20;

// Less than a millisecond: to set a watchdog costs some 100 us, which most expressions and bodies are not worth.
const UNWATCHED_STEPS_MAX = 50_000;

const passed: ProbeOutcome = { ok: true };

/**
 * Judges what has come of a body; undefined while more of it may still decide.
 * @param isWhole whether nothing more will come.
 * @param judgedBytes how much of it an earlier call has seen.
 */
export function judgeBody(check: BodyCheck, body: Buffer, isWhole: boolean, judgedBytes = 0): ProbeOutcome | undefined {
  const isEnough = isWhole || body.length >= BODY_BYTES_MAX;
  if ('contains' in check) {
    // A character is four octets at most: where the text began in what was seen, it is found from there.
    if (body.includes(check.contains, Math.max(0, judgedBytes - 4 * check.contains.length))) return passed;
    return isEnough ? failure(`body without ${JSON.stringify(check.contains)}`) : undefined;
  }
  if (!isEnough) return undefined;
  if ('matches' in check) return judgeMatch(check.matches, body.toString());
  return isWhole && body.length < BODY_BYTES_MAX
    ? judgeJson(check, body.toString())
    : failure('body too large for JSON');
}

function judgeJson({ json, equals }: Extract<BodyCheck, { json: unknown }>, text: string): ProbeOutcome {
  let value: unknown;
  try {
    value = valueAt(JSON.parse(text), json);
  } catch {
    return failure('body is not JSON');
  }
  if (value === equals) return passed;
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
  return failure(`body has ${found}, expected ${JSON.stringify(equals)}`);
}

const scripts = new Map<string, vm.Script>();
let context: vm.Context | undefined;

function judgeMatch(expression: string, text: string): ProbeOutcome {
  if (matchStepsMax(expression, text.length) > UNWATCHED_STEPS_MAX) return judgeWatched(expression, text);
  return outcomeOf(expressionOf(expression).test(text), expression);
}

function outcomeOf(isMatch: boolean, expression: string): ProbeOutcome {
  return isMatch ? passed : failure(`body does not match ${expression}`);
}

/** Runs the expression under the engine's own watchdog: a hostile body costs its probe, and us 20 ms at most. */
function judgeWatched(expression: string, text: string): ProbeOutcome {
  const usedBefore = process.threadCpuUsage();
  context ??= vm.createContext({ text: '' });
  context.text = text;
  try {
    const isMatch: unknown = scriptOf(expression).runInContext(context, { timeout: MATCH_MS_MAX });
    return outcomeOf(isMatch === true, expression);
  } catch {
    const { user, system } = process.threadCpuUsage(usedBefore);
    // A machine that gave us no time for it says nothing of the endpoint.
    return (user + system) / 1_000 < MATCH_MS_MAX / 4
      ? blind('no time to match the body')
      : failure(`body takes too long to match ${expression}`);
  } finally {
    context.text = '';
  }
}

const expressions = new Map<string, RegExp>();

function expressionOf(source: string): RegExp {
  const kept = expressions.get(source) ?? new RegExp(source, 'u');
  expressions.set(source, kept);
  return kept;
}

function scriptOf(expression: string): vm.Script {
  const kept = scripts.get(expression);
  if (kept !== undefined) return kept;
  const script = new vm.Script(`new RegExp(${JSON.stringify(expression)}, 'u').test(text)`);
  scripts.set(expression, script);
  return script;
}

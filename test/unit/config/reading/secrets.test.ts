import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { formatProblem } from '../../../../src/util/problem.ts';
import { folderWith } from '../folder.ts';

const SECRET = 'c0ffee11-c0ffee22';

/** What is said of a configuration that has the secret where it is wrong. */
async function said(text: string): Promise<string> {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  expect(loaded.ok).toBe(false);
  return loaded.ok ? '' : loaded.problems.map((problem) => formatProblem(problem)).join('\n');
}

test.each([
  ['a token that two have', `latency: { agents: { a: ${SECRET}, b: ${SECRET} } }`],
  ['a token with a space', `latency: { agents: { a: "${SECRET} x" } }`],
  ['a token for all', `latency: { agents: ${SECRET} }`],
  ['a list of tokens', `latency: { agents: [${SECRET}] }`],
  ['tokens where something else is wrong', `latency: [{ agents: { a: ${SECRET} } }]`],
  ['a token in a list of a mapping', `latency:\n  agents:\n    a: [${SECRET}]`],
  ['a cookie secret that is none', `server: { cookies: { secrets: ${SECRET} } }`],
  ['a cookie secret in a list', `server:\n  cookies:\n    secrets: [${SECRET}, ${SECRET}]`],
  ['a cookie secret in the place of the mapping', `server: { cookies: ${SECRET} }`],
  ['a push token that is too long', `probes: { p: { push: { token: "${SECRET} ${SECRET}" } } }`],
  ['a push token in the place of the mapping', `probes: { p: { push: ${SECRET} } }`],
  ['a push token in a list', `probes: { p: [{ push: { token: ${SECRET} } }] }`],
  ['a secret of a hook', `hooks: { h: { url: "https://h.example.net/", secret: ${SECRET} } }`],
  ['the path of a hook', `hooks: { h: { url: "htps://h.example.net/${SECRET}" } }`],
  ['a hook that is a text', `hooks: { h: [{ url: "https://h.example.net/${SECRET}" }] }`],
  ['a header of a probe', `probes: { p: { http: { headers: { authorization: "${SECRET}\\u0001" } } } }`],
  ['headers that are a text', `probes: { p: { http: { headers: "Bearer ${SECRET}" } } }`],
  ['a quote that does not end', `latency:\n  agents:\n    a: "${SECRET}\n`],
  ['indentation that is off', `probes:\n  p:\n    push:\n      ttl: 3s\n       token: ${SECRET}\n`],
  ['a list that does not end', `latency: { agents: { a: ${SECRET}\n`],
])('no message shows %s', async (_, text) => {
  const shown = await said(`${text}\n`);
  expect(shown).not.toContain(SECRET);
  expect(shown.length).toBeGreaterThan(20);
});

test('how long it is is said, and what is no secret beside it', async () => {
  const shown = await said('probes: { p: { push: { token: short, ttl: never } } }\n');
  expect(shown).toContain('found 5 characters that are not shown');
  expect(shown).toContain("found 'never'");
});

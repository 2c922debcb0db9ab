/** A metric as a collector reads it from the text format of Prometheus. */
export interface ParsedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: ParsedSample[];
}

export interface ParsedSample {
  /** With the ending that a histogram adds. */
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format, version 0.0.4, strictly: throws on a line that is none, or belongs to no metric above it. */
export function parseExposition(text: string): readonly ParsedFamily[] {
  const families: ParsedFamily[] = [];
  let help: { name: string; text: string } | undefined;
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') help = { name, text: rest };
    else if (kind === 'TYPE') {
      families.push({ name, help: help?.name === name ? help.text : '', type: rest, samples: [] });
    } else {
      const sample = parseSample(line);
      const family = families.at(-1);
      if (family === undefined || !sample.metric.startsWith(family.name)) throw new Error(`misplaced: ${line}`);
      family.samples.push(sample);
    }
  }
  return families;
}

function parseSample(line: string): ParsedSample {
  const [, metric, inner = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (metric === undefined || value === undefined) throw new Error(`no sample: ${line}`);
  const pairs = [...inner.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g)];
  if (pairs.map(([whole]) => whole).join('') !== inner) throw new Error(`no labels: ${line}`);
  const labels = Object.fromEntries(pairs.map(([, key = '', quoted = '']) => [key, unescaped(quoted)]));
  return { metric, labels, value: Number(value) };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/util/problem.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Commands of the README that this test does not run, each with the reason. */
const NOT_RUN_HERE: Readonly<Record<string, string>> = {
  'npm ci && npm start':
    'npm ci would replace the packages under this test; demo.long.test.ts runs what npm start runs',
  'npm ci && npm test': 'CI runs it in a fresh clone, and this test after it',
  'npx aya serve --config config/full.yaml': 'port 5300 may be in use; test/blackbox serves on free ports',
  'sudo setcap cap_net_bind_service=+ep node_modules/node/bin/node': 'it needs root',
  'dig @192.0.2.53 +norecurse gslb.example.com SOA': 'it needs a name server at an address that nobody has',
  'dig @ns.example.com +norecurse gslb.example.com NS': "it needs the parent zone's name server",
  'dig +trace www.gslb.example.com': 'it needs the Internet and a delegation',
};

/** The fenced blocks of a language, in their order. */
function blocksOf(language: string): readonly string[] {
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...README.matchAll(fenced)].map(([, text = '']) => text);
}

const commands = blocksOf('sh')
  .flatMap((block) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((command) => command !== '');

const folder = mkdtempSync(join(tmpdir(), 'aya-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** What keeps a configuration from being served, and the codes of what does not. */
async function load(file: string): Promise<{ problems: readonly string[]; warnings: readonly string[] }> {
  const loaded = await loadConfig(file);
  if (!loaded.ok) return { problems: loaded.problems.map(formatProblem), warnings: [] };
  return { problems: [], warnings: loaded.warnings.map(({ code }) => code) };
}

describe('the README', () => {
  it.each(commands.filter((command) => !Object.hasOwn(NOT_RUN_HERE, command)))(
    'shows %s, which works',
    async (command) => {
      const [program = '', ...args] = command.split(' ');
      const { stdout } = await promisify(execFile)(program, args, { cwd: ROOT }); // rejects on an exit code
      expect(stdout).not.toBe('');
    },
  );

  it('shows every command for which there is an excuse', () => {
    expect(Object.keys(NOT_RUN_HERE).filter((command) => !commands.includes(command))).toEqual([]);
  });

  it('shows a configuration and a zone file that can be served', async () => {
    const [zone = ''] = blocksOf('zone').filter((block) => block.includes('SERVICE'));
    write('sample/zones/example.com.zone', zone);
    const { problems, warnings } = await load(write('sample/aya.yaml', blocksOf('yaml').join('')));
    expect(problems).toEqual([]);
    // The sample shows four policies, and its one service has one of them.
    expect(warnings).toEqual(['unused-policy', 'unused-policy', 'unused-policy']);
  });

  it('shows a zone file for delegation that can be served, and the same records at the parent', async () => {
    const [child = '', parent = ''] = blocksOf('zone');
    const zones = {
      'gslb.example.com': `$TTL 1h\n@ IN SOA ns1 hostmaster 1 2h 30m 2w 1m\n${child}`,
      'example.com': `@ 60 IN SOA ns hostmaster 1 2h 30m 2w 1m\n@ 60 IN NS ns.example.net.\n${parent}`,
    };
    for (const [name, records] of Object.entries(zones)) {
      const config = `zones: ${JSON.stringify({ [name]: { records } })}\n`;
      expect(await load(write(`${name}.yaml`, config))).toEqual({ problems: [], warnings: [] });
    }
  });
});

const DOCUMENTS = readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`);

describe.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'ARCHITECTURE.md', 'geodb/README.md', ...DOCUMENTS])(
  '%s',
  (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');

    it('links to files that are there', () => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
      expect(links.filter((link) => !existsSync(join(ROOT, dirname(file), link)))).toEqual([]);
    });

    it('names scripts that package.json has', () => {
      const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
      const named = [...text.matchAll(/\bnpm run ([a-z:-]*[a-z])/g)].map(([, script = '']) => script);
      expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    });
  },
);

describe('every configuration in config/', () => {
  const files = readdirSync(join(ROOT, 'config')).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s can be served', async (name) => {
    expect((await load(join(ROOT, 'config', name))).problems).toEqual([]);
  });
});

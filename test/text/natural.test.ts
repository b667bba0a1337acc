/**
 * A trap: the package root of `natural` takes more than a second and 100 MB, connects database drivers, reads the user's
 * .env into process.env and prints. Our text modules import two files deep inside it; this looks at a fresh process.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
let folder = '';

/** What importing a module did to a process, as JSON on stderr: stdout is what the module itself prints. */
const probe = `
const before = JSON.stringify(process.env);
const memory = process.memoryUsage().rss;
const started = performance.now();
const { tokenize } = await import(process.argv[2]);
const milliseconds = performance.now() - started;
process.stderr.write(JSON.stringify({
  words: tokenize('The dishes were not cold', { stem: true, stopWords: true, punctuation: true }),
  milliseconds,
  megabytes: (process.memoryUsage().rss - memory) / 2 ** 20,
  sameEnvironment: JSON.stringify(process.env) === before,
  secret: process.env.STARLING_TEST_SECRET ?? null,
}));
`;

beforeAll(() => {
  // Inside the package, so that node finds natural; the sources are TypeScript, which Node 20 does not run.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'starling-text-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, '.env'), 'STARLING_TEST_SECRET=read\n');
  writeFileSync(join(folder, 'probe.js'), probe);
  const sources = ['errors.ts', 'options.ts', 'sparse/csr.ts'];
  for (const name of readdirSync(join(root, 'src/text'))) {
    if (!name.endsWith('.d.ts')) sources.push(`text/${name}`);
  }
  for (const name of sources) {
    const { outputText } = ts.transpileModule(readFileSync(join(root, 'src', name), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    const target = join(folder, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  writeFileSync(
    join(folder, 'all.js'),
    "export { tokenize } from './text/tokenize.js';\nexport * from './text/vectorizer.js';\nexport * from './text/review-corpus.js';\n",
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('importing the text modules prints nothing, reads no .env, and takes less than 0.5 s and 30 MB', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['probe.js', './all.js'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect([status, stdout]).toEqual([0, '']);
  const seen = JSON.parse(stderr);
  expect(seen).toMatchObject({ words: ['dish', 'not', 'cold'], sameEnvironment: true, secret: null });
  expect(seen.milliseconds).toBeLessThan(500);
  expect(seen.megabytes).toBeLessThan(30);
});

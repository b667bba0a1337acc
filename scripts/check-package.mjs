/**
 * What `npm publish` would hand out, looked at as its users will: packed, unpacked into an empty folder, measured, checked by publint and
 * "are the types wrong", compiled against with TypeScript in three ways, and run. Nothing is published.
 *
 *   npm run build && npm run check:package          # publint and attw come by npx, at the versions below
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const PUBLINT = 'publint@0.3.25';
const ATTW = '@arethetypeswrong/cli@0.18.5';
/** Bytes of the files without the model. */
const MOST = 2 * 2 ** 20;

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'starling-package-'));
const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const failures = [];
const check = (what, work) => {
  try {
    const said = work();
    console.log(`well   ${what}${said ? `: ${said}` : ''}`);
  } catch (error) {
    failures.push(what);
    console.log(`FAILED ${what}: ${[error.message, error.stdout, error.stderr].filter(Boolean).join('\n')}`);
  }
};
const must = (condition, message) => {
  if (!condition) throw new Error(message);
};

try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work]));
  const tarball = join(work, packed.filename);
  const files = packed.files.map(({ path }) => path);
  const { name, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const home = join(work, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', home]);
  for (const library of [...Object.keys(dependencies), '@types/node']) {
    mkdirSync(join(work, 'node_modules', library, '..'), { recursive: true });
    symlinkSync(join(root, 'node_modules', library), join(work, 'node_modules', library));
  }
  writeFileSync(join(work, 'package.json'), '{ "type": "module" }');

  check('size', () => {
    const model = packed.files
      .filter(({ path }) => path.startsWith('models/'))
      .reduce((sum, { size }) => sum + size, 0);
    const rest = packed.unpackedSize - model;
    must(rest < MOST, `${rest} bytes without the model, expected fewer than ${MOST}`);
    return `${files.length} files, ${packed.unpackedSize} bytes unpacked, ${rest} of them without the model; packed ${packed.size}`;
  });
  check('only what is needed', () => {
    const needed =
      /^(?:package\.json|README\.md|LICENSE|dist\/|models\/|corpora\/README\.md$|examples\/|src\/kernels\/[^/]+\.[ch]$)/;
    const others = files.filter(
      (path) => !needed.test(path) || /\.(?:test|tsbuildinfo|map|node)\b/.test(path),
    );
    must(others.length === 0, `not needed: ${others.join(', ')}`);
    // Left over by an older build: a compiled file whose source has gone.
    const stale = files.filter((path) => {
      const source = /^dist\/(.*?)(?:\.d\.ts|\.js)$/.exec(path)?.[1];
      return (
        source !== undefined &&
        !existsSync(join(root, 'src', `${source}.ts`)) &&
        !/^dist\/page\/(?:page|engine)\.js$/.test(path)
      );
    });
    must(stale.length === 0, `without a source: ${stale.join(', ')}; delete dist and build again`);
  });
  check(PUBLINT, () => {
    const said = run('npx', ['--yes', PUBLINT, '--strict', tarball]);
    return said.trim().split('\n').at(-1);
  });
  check(ATTW, () => {
    // ESM alone: what require() sees is Node's affair (20.19 and up can). The kernels are no JavaScript.
    const wasm = ['kernels.wasm', 'kernels-relaxed.wasm'];
    run('npx', [
      '--yes',
      ATTW,
      tarball,
      '--profile',
      'esm-only',
      '--no-emoji',
      '--exclude-entrypoints',
      ...wasm,
    ]);
    return 'no problems (esm-only)';
  });
  for (const [kind, options, program] of [
    ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }, nodeProgram()],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }, nodeProgram()],
    [
      'a browser',
      { module: 'esnext', moduleResolution: 'bundler', customConditions: ['browser'], types: [] },
      browserProgram(),
    ],
  ]) {
    check(`types, as ${kind} sees them`, () => {
      writeFileSync(join(work, 'use.ts'), program);
      const compilerOptions = {
        target: 'es2022',
        lib: ['ES2023', 'DOM'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        ...options,
      };
      writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
      run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', work]);
    });
  }
  check('it runs', () => {
    const script = `import { SentimentModel, VERSION } from '${name}';
      const model = await SentimentModel.load('node_modules/${name}/models/restaurants');
      console.log(VERSION, model.predict('Lovely food.').rating.toFixed(3));`;
    const said = run(process.execPath, ['--input-type=module', '-e', script], work).trim();
    const version = run(process.execPath, [join(home, 'dist', 'cli', 'main.js'), '--version'], work).trim();
    must(said.startsWith(`${version} `), `it said ${said}, and its version is ${version}`);
    return said;
  });
  check('the source of every import is in the package', () => {
    const missing = [];
    for (const path of files.filter((file) => file.startsWith(`dist${'/'}`) && file.endsWith('.js'))) {
      const text = readFileSync(join(home, ...path.split('/')), 'utf8');
      for (const [, from] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
        if (!existsSync(join(home, path, '..', from.split('/').join(sep)))) missing.push(`${path} → ${from}`);
      }
    }
    must(missing.length === 0, missing.join(', '));
    return `${readdirSync(join(home, 'dist')).length} entries in dist, ${statSync(tarball).size} bytes in the archive`;
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`${failures.length} checks failed: ${failures.join(', ')}`);
  process.exitCode = 1;
}

/** What people write: it must compile, and what must not compile must not. */
function nodeProgram() {
  return `import { crossValidate, type CrossValidationResult, type Options, readReviews, SentimentModel, StarlingError } from 'starling';
import { BrowserModel, loadModel } from 'starling/browser';
const model: SentimentModel = await SentimentModel.train(readReviews('x.csv'), { options: { hidden: [10], head: 'linear' } });
const rating: number = model.predict('text').rating;
const { rmse }: CrossValidationResult = await crossValidate([{ id: '1', text: 'a', rating: 1 }], { options: { folds: 3 } });
const pooled: number = rmse.pooled;
const all: Options = model.options;
// @ts-expect-error
await crossValidate([], { options: { folds: '3' } });
// @ts-expect-error
await crossValidate([], { options: { fold: 3 } });
// @ts-expect-error
all.seed = 2;
// @ts-expect-error
const text: string = rating;
const code: 'BAD_OPTION' | string = new StarlingError('BAD_OPTION', 'x').code;
export { BrowserModel, code, loadModel, pooled, text };
`;
}

function browserProgram() {
  return `import { loadModel } from 'starling';
const model = await loadModel({ model: '/model', kernels: new URL('https://example.com/kernels/') });
const rating: number = model.predictMany(['text'])[0].rating;
// @ts-expect-error
import { SentimentModel } from 'starling';
export { rating, SentimentModel };
`;
}

/** The map of docs/architecture.md, enforced: who may import whom, what runs in a browser, how long a file may be. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

/** Folders in the order of the data's path: each may import from those before it. */
const ORDER = [
  'corpus',
  'text',
  'sparse',
  'files',
  'checkpoint',
  'network',
  'pretraining',
  'finetuning',
  'tfjs',
  'saved',
  'evaluation',
  'tuning',
  'experiments',
  'explanation',
  'model',
  'server',
  'exports',
  'report',
  'page',
  'cli',
];
/** May be imported from anywhere; `kernels` and `sparse` besides. They import one another only. */
const ANYWHERE = [
  'errors.ts',
  'metrics.ts',
  'nearest.ts',
  'options.ts',
  'presets.ts',
  'random.ts',
  'progress.ts',
  'version.ts',
];
/** They re-export what the library is, for Node and for browsers. */
const DOORS = ['index.ts', 'browser.ts'];
/** Where files of the operating system, processes and threads are touched. The rest runs in a browser. */
const NODE =
  /^(?:corpus|files|checkpoint|tuning|experiments|saved|model|server|exports|cli)\/|^(?:kernels|tfjs)\/node-/;
/** Cross-validation makes engines of its own, runs whole folds in worker threads, which Node alone has, and leaves files. */
const NODE_ENGINES = ['cross-validate', 'fold-pieces', 'fold-task', 'run-folds'].map(
  (name) => `evaluation/${name}.ts`,
);
/** Libraries, each in the one place that wraps it. */
const LIBRARIES: Readonly<Record<string, RegExp>> = {
  papaparse: /^corpus\//,
  natural: /^text\//,
  hono: /^server\//,
  '@hono/node-server': /^server\//,
  pbf: /^exports\//,
  hyparquet: /^corpus\//,
  'hyparquet-writer': /^corpus\//,
  '@tensorflow/tfjs-core': /^tfjs\//,
  'd3-array': /^report\//,
  'd3-scale': /^report\//,
  'd3-shape': /^report\//,
  commander: /^cli\//,
  '@commander-js/extra-typings': /^cli\//,
};
const LONGEST = 400;
/** The table of all options is one list of data with its type; parting it would hide that an option is there once. */
const LONGER: Readonly<Record<string, number>> = { 'options.ts': 500 };

interface Import {
  readonly name: string;
  /** Erased when compiled: only a type. */
  readonly type: boolean;
}

function filesUnder(folder: string, ends: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.test(name) && !/(?:^|\/)(?:node_modules|build)\//.test(name))
    .sort();
}

function importsOf(path: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const name = (node.moduleSpecifier as ts.StringLiteral).text;
      found.push({ name, type: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      found.push({ name: (node.moduleSpecifier as ts.StringLiteral).text, type: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.arguments.length > 0) {
      const [argument] = node.arguments;
      const loads =
        node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require';
      if (loads && ts.isStringLiteralLike(argument)) found.push({ name: argument.text, type: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true));
  return found;
}

const files = filesUnder(src, /(?<!\.d)\.ts$/);
const imports = new Map(files.map((file) => [file, importsOf(join(src, file))]));
const isRelative = ({ name }: Import): boolean => name.startsWith('.');
const target = (file: string, { name }: Import): string => relative(src, join(src, dirname(file), name));
const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');
const libraryOf = ({ name }: Import): string => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0];

/** All imports as "file → what", for those that break a rule. */
function offences(breaks: (file: string, one: Import) => boolean): string[] {
  return files.flatMap((file) =>
    imports
      .get(file)!
      .filter((one) => breaks(file, one))
      .map(({ name }) => `${file} → ${name}`),
  );
}

test('the sources are found, with their imports', () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports.get('text/vectorizer.ts')!.map(({ name }) => name)).toContain('../errors.ts');
  expect([...imports.values()].flat().length).toBeGreaterThan(200);
});

describe('imports', () => {
  test('name files that exist, inside src, with their ending', () => {
    expect(
      offences((file, one) => {
        if (!isRelative(one)) return false;
        const to = target(file, one);
        return to.startsWith('..') || !/\.ts$/.test(to) || !existsSync(join(src, to));
      }),
    ).toEqual([]);
  });

  test('point to the left along the path of the data', () => {
    expect(
      offences((file, one) => {
        const from = folderOf(file);
        if (!isRelative(one) || DOORS.includes(file)) return false;
        const to = target(file, one);
        if (ANYWHERE.includes(to) || folderOf(to) === 'sparse' || folderOf(to) === 'kernels') return false;
        if (ANYWHERE.includes(file) || from === 'kernels') return folderOf(to) !== from || from === '';
        return !ORDER.includes(from) || !ORDER.slice(0, ORDER.indexOf(from) + 1).includes(folderOf(to));
      }),
    ).toEqual([]);
  });

  test('from what may be imported anywhere go nowhere else', () => {
    expect(
      offences(
        (file, one) => isRelative(one) && ANYWHERE.includes(file) && !ANYWHERE.includes(target(file, one)),
      ),
    ).toEqual([]);
    expect(
      offences(
        (file, one) =>
          isRelative(one) &&
          ['sparse', 'kernels'].includes(folderOf(file)) &&
          !ANYWHERE.includes(target(file, one)) &&
          folderOf(target(file, one)) !== folderOf(file),
      ),
    ).toEqual([]);
  });

  /** Circles among the imports that are followed. */
  function circlesOf(follow: (file: string, one: Import) => boolean): string[] {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (path.includes(file) || done.has(file)) return;
      for (const one of imports.get(file) ?? []) {
        if (isRelative(one) && follow(file, one)) visit(target(file, one), [...path, file]);
      }
      done.add(file);
    };
    for (const file of files) visit(file, []);
    return circles;
  }

  test('never run in a circle', () => {
    expect(circlesOf((_file, { type }) => !type)).toEqual([]);
  });

  test('of types do not either, but for the command line, whose flags are described by verbs and verbs by flags', () => {
    expect(circlesOf((file) => folderOf(file) !== 'cli')).toEqual([]);
    expect(circlesOf((_file, { name }) => !name.includes('verbs'))).toEqual([]);
  });

  test('of the command line and of the doors are made by nothing else', () => {
    expect(
      offences((file, one) => {
        const to = isRelative(one) ? target(file, one) : '';
        return DOORS.includes(to) || (folderOf(to) === 'cli' && folderOf(file) !== 'cli');
      }),
    ).toEqual([]);
  });
});

describe('what runs in a browser', () => {
  test('imports nothing of Node: node:* stands in corpus, files, checkpoint, model, exports, cli and kernels/node-* alone, always with its prefix', () => {
    expect(offences((file, { name }) => name.startsWith('node:') && !NODE.test(file))).toEqual([]);
    const bare =
      /^(?:fs|path|os|url|util|stream|zlib|crypto|events|worker_threads|child_process|module)(?:\/|$)/;
    expect(offences((_file, { name }) => bare.test(name))).toEqual([]);
  });

  test('does not reach Node by way of others either, but for the files that run folds in threads', () => {
    const reachesNode = new Map<string, boolean>();
    const reaches = (file: string): boolean => {
      const known = reachesNode.get(file);
      if (known !== undefined) return known;
      reachesNode.set(file, false);
      const value = (imports.get(file) ?? [])
        .filter(({ type }) => !type)
        .some((one) => one.name.startsWith('node:') || (isRelative(one) && reaches(target(file, one))));
      reachesNode.set(file, value);
      return value;
    };
    const reaching = files.filter((file) => file !== 'index.ts' && !NODE.test(file) && reaches(file));
    expect(reaching.sort()).toEqual(NODE_ENGINES);
  });
});

describe('libraries', () => {
  test('are imported in the one folder that wraps them, and are dependencies of the package', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(
      offences((file, one) => {
        if (isRelative(one) || one.name.startsWith('node:')) return false;
        const library = libraryOf(one);
        return !LIBRARIES[library]?.test(file) || !(library in { ...dependencies, ...peerDependencies });
      }),
    ).toEqual([]);
  });

  test('natural is imported by deep paths alone: its root opens drivers, reads .env and prints', () => {
    const here = ['src', 'test', 'bench', 'scripts'].filter((folder) => existsSync(join(root, folder)));
    const roots = here.flatMap((folder) =>
      filesUnder(join(root, folder), /\.(?:ts|mjs)$/)
        .map((name) => join(root, folder, name))
        .filter((path) => importsOf(path).some(({ name }) => name === 'natural')),
    );
    expect(roots).toEqual([]);
    expect(offences((_file, one) => !isRelative(one) && libraryOf(one) === 'natural').length).toBeGreaterThan(
      0,
    );
  });
});

describe('files', () => {
  test(`of the sources, C among them, have at most ${LONGEST} lines, the table of options 500`, () => {
    const long = filesUnder(src, /\.(?:ts|c|h)$/)
      .map((file) => ({ file, lines: readFileSync(join(src, file), 'utf8').split('\n').length - 1 }))
      .filter(({ file, lines }) => lines > (LONGER[file] ?? LONGEST));
    expect(long).toEqual([]);
    // An exception that is not needed any more is no exception.
    for (const file of Object.keys(LONGER)) {
      expect(readFileSync(join(src, file), 'utf8').split('\n').length - 1).toBeGreaterThan(LONGEST);
    }
  });

  test('begin with what they are', () => {
    const silent = filesUnder(src, /\.(?:ts|c|h)$/).filter(
      (file) => !/^(?:#!.*\n)?\/\*/.test(readFileSync(join(src, file), 'utf8')),
    );
    expect(silent).toEqual([]);
  });

  test.each(DOORS)('of the library’s door %s re-export and nothing else', (name) => {
    const door = ts.createSourceFile(name, readFileSync(join(src, name), 'utf8'), ts.ScriptTarget.ES2022);
    expect(door.statements.length).toBeGreaterThan(5);
    for (const statement of door.statements) expect(ts.isExportDeclaration(statement)).toBe(true);
  });
});

test('the map names the folders in this order, and every folder of src', () => {
  const map = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  expect(map).toContain(ORDER.join(' → '));
  const folders = readdirSync(src, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.filter((name) => !map.includes(`\`src/${name}\``))).toEqual([]);
  expect(folders.filter((name) => name !== 'kernels' && !ORDER.includes(name))).toEqual([]);
});

test('the version is that of the package', () => {
  expect(VERSION).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
});

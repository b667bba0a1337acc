/**
 * Compiles the C kernels with the system's compiler into a Node-API addon: optional, faster than WebAssembly where the
 * processor has wide vectors. Baseline, AVX2 and AVX-512 are all in it; the processor decides when it is loaded.
 * The compiler is $CC, or cc.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kernels = fileURLToPath(new URL('../src/kernels/', import.meta.url));
const headers = createRequire(import.meta.url)('node-api-headers').include_dir;
const compiler = process.env.CC ?? 'cc';

const x86 = process.arch === 'x64';
const sets = [
  { name: 'baseline', flags: ['-DLANES=4', ...(x86 ? ['-msse4.2'] : [])] },
  ...(x86
    ? [
        { name: 'avx2', flags: ['-DLANES=8', '-mavx2', '-mfma'] },
        {
          name: 'avx512',
          flags: [
            '-DLANES=16',
            '-mavx512f',
            '-mavx512dq',
            '-mavx512bw',
            '-mavx512vl',
            '-mfma',
            '-mprefer-vector-width=512',
          ],
        },
      ]
    : []),
];

const sources = readdirSync(kernels)
  .filter((file) => file.endsWith('.c'))
  .sort();

/** Every kernel with the types of its arguments, from the sources. */
function signatures() {
  const found = [];
  for (const file of sources) {
    const text = readFileSync(join(kernels, file), 'utf8');
    for (const [, name, list] of text.matchAll(/EXPORT\((\w+)\)\s*\(([^)]*)\)/g)) {
      found.push({
        name,
        types: list.split(',').map((argument) => argument.trim().replace(/\w+$/, '').trim()),
      });
    }
  }
  return found;
}

/** C that calls every kernel of every instruction set with arguments from an array of doubles. */
function dispatchHeader(found) {
  const argument = (type, i) =>
    type.endsWith('*') ? `(${type})(a[${i}] == 0 ? 0 : base + (uint64_t)a[${i}])` : `(${type})a[${i}]`;
  const lines = ['typedef unsigned int u32;', 'typedef void (*call)(uint8_t *base, const double *a);'];
  for (const { name: set } of sets) {
    for (const { name, types } of found) {
      lines.push(
        `void ${name}_${set}(${types.join(', ')});`,
        `static void call_${name}_${set}(uint8_t *base, const double *a) { (void)base; ${name}_${set}(${types.map(argument).join(', ')}); }`,
      );
    }
  }
  lines.push(
    `enum { ISA_COUNT = ${sets.length}, KERNEL_COUNT = ${found.length} };`,
    `static const call dispatch[ISA_COUNT][KERNEL_COUNT] = {${sets
      .map(({ name: set }) => `{${found.map(({ name }) => `call_${name}_${set}`).join(', ')}}`)
      .join(',\n')}};`,
    `#define KERNEL_NAMES "${found.map(({ name, types }) => `${name}/${types.length}`).join(' ')}"`,
  );
  return `${lines.join('\n')}\n`;
}

if (spawnSync(compiler, ['--version']).status !== 0) {
  console.error(`there is no C compiler "${compiler}": install one (gcc or clang), or name it with CC=...`);
  console.error('Nothing is lost: starling runs with WebAssembly.');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'starling-native-'));
const compile = (...args) => execFileSync(compiler, args, { stdio: 'inherit' });
try {
  const common = [
    '-O3',
    '-fPIC',
    '-fno-math-errno',
    '-fvisibility=hidden',
    '-Wall',
    '-Wno-unused-parameter',
    '-Wno-psabi',
  ];
  writeFileSync(join(folder, 'dispatch.h'), dispatchHeader(signatures()));
  const objects = [];
  for (const { name: set, flags } of sets) {
    for (const file of sources) {
      const object = join(folder, `${file}.${set}.o`);
      compile('-c', ...common, ...flags, `-DSET=${set}`, join(kernels, file), '-o', object);
      objects.push(object);
    }
  }
  const addon = join(folder, 'starling.node');
  const link = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  compile(
    '-shared',
    ...common,
    ...link,
    `-I${headers}`,
    `-I${folder}`,
    join(kernels, 'native', 'addon.c'),
    ...objects,
    '-o',
    addon,
  );
  for (const root of ['src', 'dist']) {
    const to = fileURLToPath(new URL(`../${root}/kernels/native/`, import.meta.url));
    if (!existsSync(fileURLToPath(new URL(`../${root}/`, import.meta.url)))) continue;
    mkdirSync(to, { recursive: true });
    copyFileSync(addon, join(to, 'starling.node'));
  }
  console.error(`built starling.node for ${sets.map(({ name }) => name).join(', ')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

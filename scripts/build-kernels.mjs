/**
 * Compiles the C kernels to WebAssembly with clang from npm (itself WebAssembly: nothing native is needed):
 * kernels.wasm with SIMD128, kernels-relaxed.wasm with relaxed SIMD (fused multiply-add) for engines that have it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { runClang } from '@yowasp/clang';

const folder = new URL('../src/kernels/', import.meta.url);
const sources = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
);
const units = Object.keys(sources)
  .filter((name) => name.endsWith('.c'))
  .sort();

/** A build per engine: how it is told apart, and its extra flags. */
const builds = [
  { output: 'kernels.wasm', flags: [] },
  { output: 'kernels-relaxed.wasm', flags: ['-mrelaxed-simd', '-DRELAXED'] },
];

mkdirSync(folder, { recursive: true });
for (const { output, flags } of builds) {
  const files = await runClang(
    [
      'clang',
      '--target=wasm32-unknown-unknown',
      '-O3',
      '-ffp-contract=off',
      '-fno-math-errno',
      '-nostdlib',
      '-ffreestanding',
      '-msimd128',
      '-mbulk-memory',
      '-matomics',
      ...flags,
      '-Wall',
      '-Wextra',
      '-Wno-unused-parameter',
      '-Wl,--no-entry,--import-memory,--shared-memory,--max-memory=4294967296,--global-base=65536,-z,stack-size=65536,--export=__stack_pointer',
      '-o',
      output,
      ...units,
    ],
    sources,
  );
  writeFileSync(new URL(output, folder), files[output]);
  console.error(`built ${output}: ${files[output].length} bytes`);
}

/** Engines in Node: loads the WASM files that stand beside this one. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { StarlingError } from '../errors.ts';
import type { Options } from '../options.ts';
import { Arena, MAX_WORKERS } from './arena.ts';
import { type Engine, SingleEngine } from './engine.ts';
import { CrewEngine } from './node-crew.ts';
import { INSTRUCTION_SETS, nativeKernels, nativeSet } from './node-native.ts';
import type { Kernels } from './ops.ts';
import { referenceKernels } from './reference.ts';
import { hasRelaxedSimd, wasmKernels } from './wasm.ts';

/** Implementations of the kernels. `native` has the widest instruction set that the processor has. */
export const engineKinds = [
  'native',
  ...INSTRUCTION_SETS.map((set) => `native-${set}` as const),
  'wasm-relaxed',
  'wasm',
  'reference',
] as const;
export type EngineKind = (typeof engineKinds)[number];

const modules = new Map<string, WebAssembly.Module>();

/** The compiled module of a build, once per process. */
export function wasmModule(kind: 'wasm' | 'wasm-relaxed'): WebAssembly.Module {
  let module = modules.get(kind);
  if (!module) {
    const file = kind === 'wasm' ? './kernels.wasm' : './kernels-relaxed.wasm';
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = new Uint8Array(readFileSync(new URL(file, import.meta.url)));
    } catch (cause) {
      throw new StarlingError('NO_SUCH_FILE', 'the compiled kernels are missing', 'Run: npm run build', {
        cause,
      });
    }
    module = new WebAssembly.Module(bytes);
    modules.set(kind, module);
  }
  return module;
}

/** What `createEngine` makes. TensorFlow.js is another sort of engine: see tfjs/node-engine.ts. */
type KernelEngine = Exclude<Options['engine'], 'tfjs'>;

/** Whether an implementation can run here. */
export function canRun(kind: EngineKind): boolean {
  if (kind === 'wasm-relaxed') return hasRelaxedSimd();
  if (!kind.startsWith('native')) return engineKinds.includes(kind);
  const best = nativeSet();
  if (best === null) return false;
  const place = (set: string): number => INSTRUCTION_SETS.map(String).indexOf(set);
  return kind === 'native' || place(kind.slice('native-'.length)) <= place(best);
}

/**
 * What an option stands for on this machine: auto is the native build where there is one, else WebAssembly.
 * @throws StarlingError BAD_OPTION when it cannot run here
 */
export function chooseKind(engine: KernelEngine | EngineKind): EngineKind {
  if (engine === 'auto') return engineKinds.find(canRun)!;
  if (engine === 'wasm') return hasRelaxedSimd() ? 'wasm-relaxed' : 'wasm';
  if (canRun(engine)) return engine;
  throw new StarlingError(
    'BAD_OPTION',
    `the engine "${engine}" cannot run here`,
    engine.startsWith('native')
      ? 'Build it with: npm run build:native (needs a C compiler); without it, WebAssembly does the work.'
      : '',
  );
}

/** The kernels of a kind over an arena, for one of the threads that share it. */
export function kernelsOf(kind: EngineKind, arena: Arena, worker: number): Kernels {
  if (kind === 'reference') return referenceKernels(arena);
  if (kind === 'wasm' || kind === 'wasm-relaxed') return wasmKernels(wasmModule(kind), arena, worker);
  const set = INSTRUCTION_SETS.findIndex((name) => kind === `native-${name}`);
  return nativeKernels(arena, set < 0 ? undefined : set);
}

/** Threads that `threads` stands for: all cores for 0. */
export function threadCount(threads: number): number {
  return Math.min(MAX_WORKERS, threads || availableParallelism());
}

/**
 * A new engine with an arena of its own. With more than one thread it has workers, which `close` ends.
 * @param threads 0 for all cores
 * @throws StarlingError BAD_OPTION when the engine cannot run here
 */
export function createEngine(threads = 1, engine: KernelEngine | EngineKind = 'auto'): Engine {
  const kind = chooseKind(engine);
  const name = kind === 'native' ? `native-${nativeSet()}` : kind;
  const arena = new Arena();
  const kernels = kernelsOf(kind, arena, 0);
  const workers = kind === 'reference' ? 1 : threadCount(threads);
  if (workers === 1) return new SingleEngine(name, arena, kernels);
  return new CrewEngine(name, arena, kernels, kind, workers);
}

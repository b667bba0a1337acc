/** Engines in Node: loads the WASM files that stand beside this one. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { StarlingError } from '../errors.ts';
import { Arena, MAX_WORKERS } from './arena.ts';
import { type Engine, SingleEngine } from './engine.ts';
import { CrewEngine } from './node-crew.ts';
import { referenceKernels } from './reference.ts';
import { hasRelaxedSimd, wasmKernels } from './wasm.ts';

export type EngineKind = 'auto' | 'reference' | 'wasm' | 'wasm-relaxed';

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

/** The kind that `auto` stands for on this machine. */
export function bestKind(): 'wasm' | 'wasm-relaxed' {
  return hasRelaxedSimd() ? 'wasm-relaxed' : 'wasm';
}

/** Threads that `threads` stands for: all cores for 0. */
export function threadCount(threads: number): number {
  return Math.min(MAX_WORKERS, threads || availableParallelism());
}

/**
 * A new engine with an arena of its own. With more than one thread it has workers, which `close` ends.
 * @param threads 0 for all cores
 */
export function createEngine(threads = 1, kind: EngineKind = 'auto'): Engine {
  const chosen = kind === 'auto' ? bestKind() : kind;
  const arena = new Arena();
  if (chosen === 'reference') return new SingleEngine(chosen, arena, referenceKernels(arena));
  const module = wasmModule(chosen);
  const kernels = wasmKernels(module, arena, 0);
  const workers = threadCount(threads);
  if (workers === 1) return new SingleEngine(chosen, arena, kernels);
  return new CrewEngine(chosen, arena, kernels, module, workers);
}

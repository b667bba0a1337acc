/**
 * Engines of either sort in Node: kernels, or TensorFlow.js. The latter has an arena and kernels too: weights and minibatches
 * lie there, and random numbers, corruption and dropout are the kernels', so that both sorts see the same minibatches.
 */
import type { Arena } from '../kernels/arena.ts';
import type { Engine } from '../kernels/engine.ts';
import { createEngine, type EngineKind, threadCount } from '../kernels/node-engine.ts';
import type { KernelName } from '../kernels/ops.ts';
import type { LayerSteps, SteppingEngine } from '../network/steps.ts';
import type { Options } from '../options.ts';
import { type Backend, chooseBackend, isTfjs, type TfjsKind } from './backends.ts';
import { TensorSteps } from './steps.ts';

export class TfjsEngine implements SteppingEngine {
  /** 'tfjs-node', 'tfjs-wasm' or 'tfjs-cpu'. */
  readonly name: TfjsKind;
  /** Pieces of work (folds, batches of texts) that may run side by side; one piece has the threads that tfjs takes. */
  readonly threads: number;
  readonly arena: Arena;
  readonly steps: LayerSteps;
  private readonly kernels: Engine;

  constructor({ kind, tf, backend }: Backend, threads: number) {
    this.kernels = createEngine(1);
    this.arena = this.kernels.arena;
    this.steps = new TensorSteps(tf, backend);
    this.name = kind;
    // The native library has a pool of threads of its own, for the whole process.
    this.threads = kind === 'tfjs-node' ? 1 : threadCount(threads);
  }

  run(kernel: KernelName, units: number, ...args: number[]): void {
    this.kernels.run(kernel, units, ...args);
  }

  meanwhile(work: () => void): void {
    work();
  }

  close(): void {
    this.kernels.close();
  }
}

/**
 * A new engine, whatever computes: see `createEngine`. Must be closed.
 * @param threads 0 for all cores
 * @throws StarlingError BAD_OPTION when it cannot run here, or is not installed
 */
export async function openEngine(
  threads: number,
  engine: Options['engine'] | EngineKind | TfjsKind,
): Promise<Engine> {
  if (!isTfjs(engine)) return createEngine(threads, engine);
  return new TfjsEngine(await chooseBackend(engine), threads);
}

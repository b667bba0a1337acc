/**
 * What trains and predicts: an arena, and kernels run over units. Callers never know how many workers there are.
 */
import type { Arena } from './arena.ts';
import type { KernelName, Kernels } from './ops.ts';

export interface Engine {
  /** Which implementation computes: 'reference', 'wasm', 'wasm-relaxed', 'native-...'. */
  readonly name: string;
  readonly threads: number;
  readonly arena: Arena;
  /** Runs a kernel on all units 0 to units - 1 and returns when all are done. */
  run(kernel: KernelName, units: number, ...args: number[]): void;
  /**
   * Has work done by the caller's thread that nobody else can share: at once, or while other threads begin on the units of the
   * next kernel. It is done when that `run` returns; it must not touch what that kernel writes, nor change what it reads.
   * Kernels that the work itself runs are run by the caller's thread alone.
   */
  meanwhile(work: () => void): void;
  /** Ends the workers, if any. The engine must not be used afterwards. */
  close(): void;
}

/** An engine with one thread: the caller's. */
export class SingleEngine implements Engine {
  readonly threads = 1;
  readonly name: string;
  readonly arena: Arena;
  private readonly kernels: Kernels;

  constructor(name: string, arena: Arena, kernels: Kernels) {
    this.name = name;
    this.arena = arena;
    this.kernels = kernels;
  }

  run(kernel: KernelName, units: number, ...args: number[]): void {
    if (units > 0) this.kernels[kernel](0, units, ...args);
  }

  meanwhile(work: () => void): void {
    work();
  }

  close(): void {}
}

/**
 * A crew of worker threads over one arena. A kernel is run by all of them, the caller's thread included: each takes the
 * next few units (columns of the output) until none is left, so that a slower core does less. `run` returns when all are
 * done. Since a unit's numbers never depend on who computes it, the bytes are the same for any number of threads.
 *
 * Orders and answers go through a small shared block of memory: messages would be a hundred times slower than a kernel.
 */
import { Worker } from 'node:worker_threads';
import { StarlingError } from '../errors.ts';
import type { Arena } from './arena.ts';
import type { Engine } from './engine.ts';
import { workerFile } from './node-worker-file.ts';
import { type Kernel, type KernelName, type Kernels, kernelNames } from './ops.ts';

/** Integers of the shared block. */
export const ORDER = {
  generation: 0,
  pending: 1,
  kernel: 2,
  units: 3,
  argumentCount: 4,
  failed: 5,
  /** First unit that nobody has taken. */
  next: 6,
  integers: 16,
};
const MOST_ARGUMENTS = 32;
const MESSAGE_BYTES = 1024;
export const BLOCK_BYTES = ORDER.integers * 4 + MOST_ARGUMENTS * 8 + MESSAGE_BYTES;

/** Kernel number that ends a worker. */
export const STOP = -1;

/** The shared block as arrays. */
export interface OrderBlock {
  readonly integers: Int32Array;
  readonly args: Float64Array;
  /** Why a worker failed, UTF-8, padded with zeros. */
  readonly message: Uint8Array;
}

export function orderBlock(buffer: SharedArrayBuffer): OrderBlock {
  const argsAt = ORDER.integers * 4;
  return {
    integers: new Int32Array(buffer, 0, ORDER.integers),
    args: new Float64Array(buffer, argsAt, MOST_ARGUMENTS),
    message: new Uint8Array(buffer, argsAt + MOST_ARGUMENTS * 8, MESSAGE_BYTES),
  };
}

/** Shares of the units that each thread takes at least, on average, where there are so many units. */
const SHARES = 8;

/** Runs a kernel on what is left of the units, a few at a time, beside all others who do. */
export function takeUnits(
  kernel: Kernel,
  units: number,
  workers: number,
  integers: Int32Array,
  args: readonly number[],
): void {
  const share = Math.max(1, Math.floor(units / (workers * SHARES)));
  for (;;) {
    const begin = Atomics.add(integers, ORDER.next, share);
    if (begin >= units) return;
    kernel(begin, Math.min(units, begin + share), ...args);
  }
}

/** Looks at a value this often before it goes to sleep: waking a thread costs more than a small kernel. */
const SPINS = 20_000;

/** Waits until integers[index] is no longer `value`; false when the time is over. */
export function waitWhile(integers: Int32Array, index: number, value: number, milliseconds: number): boolean {
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.load(integers, index) !== value) return true;
  }
  return Atomics.wait(integers, index, value, milliseconds) !== 'timed-out';
}

/**
 * Waits until integers[index] is zero; false after `patience` seconds. Looks once a second, and a look counts as a second at most: what
 * the clock went on while the process was stopped (Ctrl-Z) is nobody's fault.
 */
export function waitForZero(integers: Int32Array, index: number, patience: number): boolean {
  for (let waited = 0; waited < patience; ) {
    const value = Atomics.load(integers, index);
    if (value === 0) return true;
    const began = performance.now();
    waitWhile(integers, index, value, 1000);
    waited += Math.min(1, (performance.now() - began) / 1000);
  }
  return Atomics.load(integers, index) === 0;
}

/** What a worker is told when it is started. */
export interface CrewData {
  readonly memory: WebAssembly.Memory;
  /** Which kernels: see node-engine.ts. */
  readonly kind: string;
  readonly block: SharedArrayBuffer;
  /** From 1; the caller's thread is 0. */
  readonly worker: number;
  readonly workers: number;
}

export class CrewEngine implements Engine {
  readonly name: string;
  readonly arena: Arena;
  readonly threads: number;
  private readonly kernels: Kernels;
  private readonly crew: readonly Worker[];
  private readonly order: OrderBlock;
  private readonly patience: number;
  private dead: string | null = null;
  /** What the caller's thread does before it takes units of the next kernel. */
  private waiting: (() => void)[] = [];
  /** While it does so: the block has another kernel's order, so it runs kernels alone. */
  private alone = false;

  /**
   * @param kernels those of the caller's thread
   * @param kind which kernels these are, for the workers
   * @param threads with the caller's, at least 2
   * @param patience seconds after which a worker that does not answer is taken for dead
   */
  constructor(name: string, arena: Arena, kernels: Kernels, kind: string, threads: number, patience = 120) {
    this.name = name;
    this.arena = arena;
    this.kernels = kernels;
    this.threads = threads;
    this.patience = patience;
    const block = new SharedArrayBuffer(BLOCK_BYTES);
    this.order = orderBlock(block);
    this.crew = Array.from({ length: threads - 1 }, (_, i) => {
      const workerData: CrewData = { memory: arena.memory, kind, block, worker: i + 1, workers: threads };
      const worker = new Worker(workerFile('node-crew-worker', import.meta.url), { workerData });
      worker.unref();
      worker.on('error', (error) => {
        this.dead = error.message;
      });
      worker.on('exit', (code) => {
        this.dead ??= `it ended with ${code}`;
      });
      return worker;
    });
  }

  run(kernel: KernelName, units: number, ...args: number[]): void {
    if (units <= 1 || this.alone) {
      this.doWaiting();
      if (units > 0) this.kernels[kernel](0, units, ...args);
      return;
    }
    if (this.dead !== null) throw died(this.dead);
    const { integers } = this.order;
    integers[ORDER.kernel] = kernelNames.indexOf(kernel);
    integers[ORDER.units] = units;
    integers[ORDER.argumentCount] = args.length;
    integers[ORDER.next] = 0;
    for (let i = 0; i < args.length; i++) this.order.args[i] = args[i];
    this.give(this.crew.length);
    let failure: Error | null = null;
    try {
      this.doWaiting();
      takeUnits(this.kernels[kernel], units, this.threads, integers, args);
    } catch (error) {
      failure = error as Error;
      Atomics.store(integers, ORDER.next, units);
    }
    this.await();
    if (failure) {
      this.dead = failure.message;
      throw failure instanceof StarlingError ? failure : died(this.dead);
    }
  }

  meanwhile(work: () => void): void {
    if (this.alone) work();
    else this.waiting.push(work);
  }

  private doWaiting(): void {
    if (this.alone || this.waiting.length === 0) return;
    const works = this.waiting;
    this.waiting = [];
    this.alone = true;
    try {
      for (const work of works) work();
    } finally {
      this.alone = false;
    }
  }

  /** Publishes the order; everything written before is seen by the workers. */
  private give(workers: number): void {
    const { integers } = this.order;
    Atomics.store(integers, ORDER.pending, workers);
    Atomics.add(integers, ORDER.generation, 1);
    Atomics.notify(integers, ORDER.generation);
  }

  private await(): void {
    const { integers, message } = this.order;
    if (!waitForZero(integers, ORDER.pending, this.patience)) {
      this.dead = `no answer for ${this.patience} seconds`;
      throw died(this.dead);
    }
    const failed = Atomics.exchange(integers, ORDER.failed, 0);
    if (failed === 0) return;
    const end = message.indexOf(0);
    this.dead = new TextDecoder().decode(message.slice(0, end < 0 ? message.length : end));
    throw died(this.dead);
  }

  /** Ends the workers at once, whatever they are doing, and waits until they have ended. */
  async endWorkers(): Promise<void> {
    await Promise.all(this.crew.map((worker) => worker.terminate()));
  }

  close(): void {
    const { integers } = this.order;
    integers[ORDER.kernel] = STOP;
    this.give(0);
    this.dead ??= 'the engine was closed';
  }
}

function died(why: string): StarlingError {
  return new StarlingError(
    'WORKER_DIED',
    `a worker thread ended before its work was done: ${why}`,
    'Try again with fewer threads; if memory is short, with a smaller network.',
  );
}

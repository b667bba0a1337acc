/**
 * One shared WebAssembly memory from which every array of the engine is cut, so that workers, the WASM kernels and a
 * native build all see the same bytes. A stack allocator: what was allocated after a mark is released together. An
 * array's `byteOffset` is the address that kernels take.
 */
import { StarlingError } from '../errors.ts';

const PAGE = 65_536;
const MAX_PAGES = 65_536;
/** Below it: the kernels' constants and one small stack per worker. */
export const STACK_BYTES = 16_384;
const FIRST_STACK = 2 * PAGE;
export const MAX_WORKERS = 256;
const ARENA_START = FIRST_STACK + STACK_BYTES * MAX_WORKERS + PAGE;
/** Every array begins on a cache line. */
const ALIGNMENT = 64;

/** Top of the C stack of a worker; stacks grow downwards. */
export function stackTop(worker: number): number {
  return FIRST_STACK + STACK_BYTES * (worker + 1);
}

export class Arena {
  readonly memory: WebAssembly.Memory;
  private next = ARENA_START;
  private freed = ARENA_START;
  /** What lies from here on was never handed out, and is still zero. */
  private untouched: number;

  constructor(memory?: WebAssembly.Memory) {
    this.memory =
      memory ??
      new WebAssembly.Memory({ initial: Math.ceil(ARENA_START / PAGE), maximum: MAX_PAGES, shared: true });
    this.freed = this.memory.buffer.byteLength;
    this.untouched = memory ? Number.POSITIVE_INFINITY : ARENA_START;
  }

  /** Bytes in use, the kernels' own included. */
  get used(): number {
    return this.next;
  }

  /** A place to which `release` can go back. */
  mark(): number {
    return this.next;
  }

  /** Frees everything that was allocated since the mark. Arrays from then must not be used any more. */
  release(mark: number): void {
    this.next = mark;
  }

  /** A zeroed array of 32-bit floats. */
  f32(length: number): Float32Array<SharedArrayBuffer> {
    const { at, used } = this.reserve(length * 4);
    return new Float32Array(this.memory.buffer as unknown as SharedArrayBuffer, at, length).fill(0, 0, used);
  }

  /** A zeroed array of unsigned 32-bit integers. */
  u32(length: number): Uint32Array<SharedArrayBuffer> {
    const { at, used } = this.reserve(length * 4);
    return new Uint32Array(this.memory.buffer as unknown as SharedArrayBuffer, at, length).fill(0, 0, used);
  }

  /** @returns the address, and how many words from there on an earlier array may have written to */
  private reserve(bytes: number): { at: number; used: number } {
    const at = this.next;
    const end = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT;
    if (end > this.freed) this.grow(end);
    this.next = end;
    const used = Math.max(0, Math.ceil((this.untouched - at) / 4));
    this.untouched = Math.max(this.untouched, end);
    return { at, used };
  }

  private grow(end: number): void {
    // Grow by at least an eighth, so that many small arrays cost few growths.
    const wanted = Math.max(end, this.freed + this.freed / 8);
    const pages = Math.min(MAX_PAGES, Math.ceil(wanted / PAGE));
    try {
      if (end > pages * PAGE) throw new RangeError('beyond 4 GiB');
      this.memory.grow(pages - this.freed / PAGE);
    } catch (cause) {
      throw new StarlingError(
        'OUT_OF_MEMORY',
        `the engine needs ${(end / 2 ** 30).toFixed(2)} GiB of memory, but cannot have more than ${(this.freed / 2 ** 30).toFixed(2)} GiB`,
        'Use fewer hidden units, a smaller vocabulary or smaller minibatches.',
        { cause },
      );
    }
    this.freed = pages * PAGE;
  }
}

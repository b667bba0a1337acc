/** Arrays in the arena whose needed length is only known minibatch by minibatch. */
import type { Arena } from '../kernels/arena.ts';

/**
 * An array that is replaced by a longer one when more is asked for; the content does not survive that. The old space
 * comes back when its owner releases the arena, and growth by half bounds what is lost until then.
 */
export class Growing<T extends Float32Array | Uint32Array> {
  private array: T;
  private readonly allocate: (length: number) => T;

  private constructor(allocate: (length: number) => T, length: number) {
    this.allocate = allocate;
    this.array = allocate(length);
  }

  static f32(arena: Arena, length = 16): Growing<Float32Array> {
    return new Growing<Float32Array>((n) => arena.f32(n), length);
  }

  static u32(arena: Arena, length = 16): Growing<Uint32Array> {
    return new Growing<Uint32Array>((n) => arena.u32(n), length);
  }

  /** The array, of at least this length. */
  atLeast(length: number): T {
    if (this.array.length < length) this.array = this.allocate(Math.ceil(length * 1.5));
    return this.array;
  }

  get current(): T {
    return this.array;
  }
}

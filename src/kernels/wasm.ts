/** The WebAssembly build of the kernels over an arena. Runs in Node and in browsers; loading the bytes is the caller's. */
import { type Arena, stackTop } from './arena.ts';
import { type Kernel, type Kernels, kernelNames } from './ops.ts';

/**
 * A module of one function that uses f32x4.relaxed_madd: it validates only where the engine has relaxed SIMD
 * (Node 22 and up; Node 20 does not).
 */
const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 17, 65, 0,
  253, 17, 65, 0, 253, 17, 253, 133, 2, 11,
]);

export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_PROBE);
}

/** Instantiates the kernels on the arena's memory, with the C stack of the given worker. */
export function wasmKernels(module: WebAssembly.Module, arena: Arena, worker: number): Kernels {
  const instance = new WebAssembly.Instance(module, { env: { memory: arena.memory } });
  // Instances share the memory, so each needs a stack of its own in it.
  (instance.exports.__stack_pointer as WebAssembly.Global).value = stackTop(worker);
  return Object.fromEntries(kernelNames.map((name) => [name, instance.exports[name] as Kernel])) as Kernels;
}

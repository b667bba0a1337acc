/** The native build of the kernels, where the user made one (`npm run build:native`). */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Arena } from './arena.ts';
import { type Kernel, type KernelName, type Kernels, kernelArity, kernelNames } from './ops.ts';

interface Addon {
  address(bytes: Uint8Array): number;
  /** @param call address of the arena, begin, end, arguments */
  run(set: number, kernel: number, call: Float64Array): void;
  /** Widest instruction set that the processor has. */
  readonly best: number;
  /** The kernels in the addon's order, each as name/arguments, separated by spaces. */
  readonly kernels: string;
}

export const INSTRUCTION_SETS = ['baseline', 'avx2', 'avx512'] as const;

/** As the addon names it: an addon that was built from other sources is not taken. */
function signature(name: KernelName): string {
  return `${name}/${kernelArity[name] + 2}`;
}

let addon: Addon | null | undefined;

/** The addon; null where there is none, or one that was built from other sources. */
function loadAddon(): Addon | null {
  if (addon !== undefined) return addon;
  addon = null;
  const file = fileURLToPath(new URL('./native/starling.node', import.meta.url));
  if (!existsSync(file)) return addon;
  try {
    const loaded = createRequire(import.meta.url)(file) as Addon;
    const built = new Set(loaded.kernels.split(' '));
    if (built.size === kernelNames.length && kernelNames.every((name) => built.has(signature(name)))) {
      addon = loaded;
    }
  } catch {
    // Built for another machine: WebAssembly serves.
  }
  return addon;
}

/** Name of the instruction set that the native build would use, or null without one. */
export function nativeSet(): string | null {
  const found = loadAddon();
  return found && INSTRUCTION_SETS[found.best];
}

/** The kernels on the arena's memory. @throws Error when there is no native build */
export function nativeKernels(arena: Arena, set = loadAddon()?.best): Kernels {
  const found = loadAddon();
  if (!found || set === undefined) throw new Error('there is no native build');
  const order = found.kernels.split(' ');
  const call = new Float64Array(32);
  call[0] = found.address(new Uint8Array(arena.memory.buffer));
  const kernelFor = (name: KernelName): Kernel => {
    const index = order.indexOf(signature(name));
    return (...args: number[]) => {
      for (let i = 0; i < args.length; i++) call[i + 1] = args[i];
      found.run(set, index, call);
    };
  };
  return Object.fromEntries(kernelNames.map((name) => [name, kernelFor(name)])) as Kernels;
}

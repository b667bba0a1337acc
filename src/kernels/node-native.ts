/** The native build of the kernels, where the user made one (`npm run build:native`). */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Arena } from './arena.ts';
import { type Kernel, type Kernels, kernelNames } from './ops.ts';

interface Addon {
  address(bytes: Uint8Array): number;
  /** @param call address of the arena, begin, end, arguments */
  run(set: number, kernel: number, call: Float64Array): void;
  /** Widest instruction set that the processor has. */
  readonly best: number;
  /** Names of the kernels in the addon's order, separated by spaces. */
  readonly kernels: string;
}

export const INSTRUCTION_SETS = ['baseline', 'avx2', 'avx512'] as const;

let addon: Addon | null | undefined;

/** The addon; null where there is none, or one that was built from other sources. */
function loadAddon(): Addon | null {
  if (addon !== undefined) return addon;
  addon = null;
  const file = fileURLToPath(new URL('./native/starling.node', import.meta.url));
  if (!existsSync(file)) return addon;
  try {
    const loaded = createRequire(import.meta.url)(file) as Addon;
    const names = loaded.kernels.split(' ');
    if (names.length === kernelNames.length && kernelNames.every((name) => names.includes(name))) {
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
  const names = found.kernels.split(' ');
  const call = new Float64Array(32);
  call[0] = found.address(new Uint8Array(arena.memory.buffer));
  const kernelFor = (name: string): Kernel => {
    const index = names.indexOf(name);
    return (...args: number[]) => {
      for (let i = 0; i < args.length; i++) call[i + 1] = args[i];
      found.run(set, index, call);
    };
  };
  return Object.fromEntries(kernelNames.map((name) => [name, kernelFor(name)])) as Kernels;
}

/**
 * TensorFlow.js as it is installed: which of its backends are there, loaded when asked for and never before. Nothing of it is
 * a dependency of this package; whoever wants it installs it beside (optional peers).
 */
import { StarlingError } from '../errors.ts';
import type { Tf } from './functions.ts';

interface BackendSpec {
  /** As tfjs calls it. */
  readonly backend: string;
  /** What is imported, the last one having all of tfjs' operations. */
  readonly packages: readonly string[];
  readonly install: string;
}

/** The backends, the fastest first. */
export const backendSpecs = {
  'tfjs-node': {
    backend: 'tensorflow',
    packages: ['@tensorflow/tfjs-node'],
    install: 'npm install @tensorflow/tfjs-node',
  },
  'tfjs-wasm': {
    backend: 'wasm',
    packages: ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-core'],
    install: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm',
  },
  'tfjs-cpu': {
    backend: 'cpu',
    packages: ['@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-core'],
    install: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu',
  },
} as const satisfies Record<string, BackendSpec>;

export type TfjsKind = keyof typeof backendSpecs;
export const tfjsKinds = Object.keys(backendSpecs) as TfjsKind[];

/** `tfjs` is the best that is installed and works. */
export function isTfjs(kind: string): kind is 'tfjs' | TfjsKind {
  return kind === 'tfjs' || kind in backendSpecs;
}

export interface Backend {
  readonly kind: TfjsKind;
  readonly tf: Tf;
  /** As tfjs calls it. */
  readonly backend: string;
  /** Of tfjs. */
  readonly version: string;
}

/** Why a backend cannot be used, and what to do. */
export interface Missing {
  readonly kind: TfjsKind;
  /** False: something is there, but it does not work. */
  readonly absent: boolean;
  readonly why: string;
  readonly hint: string;
}

export type Load = (name: string) => Promise<unknown>;
const importPackage: Load = (name) => import(name);

/**
 * Loads a backend and has it compute something.
 * @param load how a package is imported
 */
export async function loadBackend(kind: TfjsKind, load: Load = importPackage): Promise<Backend | Missing> {
  const { backend, packages, install }: BackendSpec = backendSpecs[kind];
  let tf: Tf | undefined;
  for (const name of packages) {
    try {
      tf = moduleOf(await load(name));
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      const absent = code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`);
      if (absent) return { kind, absent, why: `${name} is not installed`, hint: `Run: ${install}` };
      return broken(kind, `${name} is installed, but cannot be loaded: ${firstLine(error)}`);
    }
  }
  try {
    tf!.enableProdMode(); // else it advertises on standard error
    if (!(await tf!.setBackend(backend))) throw new Error(`the backend "${backend}" does not start`);
    probe(tf!);
  } catch (error) {
    return broken(kind, `${packages[0]} is installed, but does not work here: ${firstLine(error)}`);
  }
  return { kind, tf: tf!, backend, version: tf!.version_core };
}

/** @throws whatever does not work */
function probe(tf: Tf): void {
  tf.tidy(() => {
    const product = tf.matMul(tf.tensor2d([1, 2], [1, 2]), tf.tensor2d([3, 4], [2, 1]));
    const [eleven] = tf.relu(product).dataSync();
    if (eleven !== 11) throw new Error(`1 x 3 + 2 x 4 came out as ${eleven}`);
  });
}

function moduleOf(imported: unknown): Tf {
  const { default: inner } = imported as { default?: Partial<Tf> };
  return (inner?.setBackend ? inner : imported) as Tf;
}

function firstLine(error: unknown): string {
  return String((error as Error).message ?? error).split('\n')[0];
}

function broken(kind: TfjsKind, why: string): Missing {
  const node = globalThis.process?.versions?.node ?? '';
  const native = kind === 'tfjs-node';
  // Its releases up to 4.22 call util.isNullOrUndefined, which Node 23 no longer has.
  if (native && Number.parseInt(node, 10) >= 23 && /is not a function/.test(why)) {
    return {
      ...{ kind, absent: false },
      why: `@tensorflow/tfjs-node is installed, but its release does not work on Node ${node}`,
      hint: `Use Node 22 or older, or: ${backendSpecs['tfjs-wasm'].install}`,
    };
  }
  const hint = native
    ? `Build it again: npm rebuild @tensorflow/tfjs-node --build-addon-from-source; or: ${backendSpecs['tfjs-wasm'].install}`
    : `Install it again: ${backendSpecs[kind].install}`;
  return { kind, absent: false, why, hint };
}

export function isMissing(loaded: Backend | Missing): loaded is Missing {
  return 'why' in loaded;
}

/**
 * The backend of that kind; of `tfjs`, the fastest that is installed and works.
 * @throws StarlingError BAD_OPTION that says what to install
 */
export async function chooseBackend(wanted: 'tfjs' | TfjsKind, load?: Load): Promise<Backend> {
  const missing: Missing[] = [];
  for (const kind of wanted === 'tfjs' ? tfjsKinds : [wanted]) {
    const loaded = await loadBackend(kind, load);
    if (!isMissing(loaded)) return loaded;
    missing.push(loaded);
  }
  const broken = missing.find(({ absent }) => !absent);
  if (broken)
    throw new StarlingError(
      'BAD_OPTION',
      `the engine "${wanted}" cannot run here: ${broken.why}`,
      broken.hint,
    );
  throw new StarlingError(
    'BAD_OPTION',
    `the engine "${wanted}" needs TensorFlow.js, which is not installed`,
    wanted === 'tfjs'
      ? `Run: ${backendSpecs['tfjs-wasm'].install}\nor, native: ${backendSpecs['tfjs-node'].install}`
      : missing[0].hint,
  );
}

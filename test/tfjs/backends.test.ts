/** Which backend is taken, and what is said when there is none: with packages that are there, absent, or broken. */
import { expect, test } from 'vitest';
import { StarlingError } from '../../src/errors.ts';
import { backendSpecs, chooseBackend, isMissing, type Load, loadBackend } from '../../src/tfjs/backends.ts';

function absent(name: string): never {
  throw Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
}

/** What is installed here, but for packages that are named; a function stands for a package. */
const installedBut =
  (packages: Readonly<Record<string, (name: string) => unknown>>): Load =>
  async (name) =>
    packages[name] ? packages[name](name) : import(name);

/** A tfjs as the native package would be: the one that is here, under another name. */
async function nativeLike(changes: object): Promise<object> {
  const tf = await import('@tensorflow/tfjs-core');
  return { default: { ...tf, setBackend: async () => true, ...changes } };
}

async function refusal(promise: Promise<unknown>): Promise<StarlingError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StarlingError);
  return error as StarlingError;
}

test('the native backend comes first, then WebAssembly, then plain JavaScript', async () => {
  await loadBackend('tfjs-cpu');
  const native = installedBut({ '@tensorflow/tfjs-node': () => nativeLike({}) });
  expect((await chooseBackend('tfjs', native)).kind).toBe('tfjs-node');
  expect((await chooseBackend('tfjs')).kind).toBe('tfjs-wasm');
  const noWasm = installedBut({ '@tensorflow/tfjs-backend-wasm': absent });
  expect((await chooseBackend('tfjs', noWasm)).kind).toBe('tfjs-cpu');
});

test('without any package, the error says what to install', async () => {
  const nothing: Load = async (name) => absent(name);
  const error = await refusal(chooseBackend('tfjs', nothing));
  expect(error.code).toBe('BAD_OPTION');
  expect(error.message).toBe('the engine "tfjs" needs TensorFlow.js, which is not installed');
  expect(error.hint).toContain('npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm');
  expect((await refusal(chooseBackend('tfjs-cpu', nothing))).hint).toContain('tfjs-backend-cpu');
});

test('the core alone is not enough, and is named', async () => {
  const noCore = installedBut({ '@tensorflow/tfjs-core': absent });
  const loaded = await loadBackend('tfjs-wasm', noCore);
  expect(loaded).toMatchObject({ absent: true, why: '@tensorflow/tfjs-core is not installed' });
});

test('a package that lacks something of its own is broken, not absent', async () => {
  const halfway = installedBut({ '@tensorflow/tfjs-node': () => absent('@mapbox/node-pre-gyp') });
  const loaded = await loadBackend('tfjs-node', halfway);
  expect(loaded).toMatchObject({ absent: false, hint: expect.stringContaining('npm rebuild') });
  expect(isMissing(loaded) && loaded.why).toContain('@mapbox/node-pre-gyp');
});

test('a native backend that fails on its first product gives way to WebAssembly', async () => {
  const fails = installedBut({
    '@tensorflow/tfjs-node': () =>
      nativeLike({
        matMul: () => {
          throw new TypeError('(0 , util_1.isNullOrUndefined) is not a function');
        },
      }),
  });
  expect((await chooseBackend('tfjs', fails)).kind).toBe('tfjs-wasm');
  const error = await refusal(chooseBackend('tfjs-node', fails));
  expect(error.message).toContain('isNullOrUndefined');
});

test('on Node 23 and up, it is said that the release of the native package does not work there', async () => {
  const version = Object.getOwnPropertyDescriptor(process.versions, 'node')!;
  Object.defineProperty(process.versions, 'node', { ...version, value: '24.1.0' });
  try {
    const fails = installedBut({
      '@tensorflow/tfjs-node': () =>
        nativeLike({
          matMul: () => {
            throw new TypeError('(0 , util_1.isNullOrUndefined) is not a function');
          },
        }),
    });
    const loaded = await loadBackend('tfjs-node', fails);
    expect(loaded).toMatchObject({
      why: '@tensorflow/tfjs-node is installed, but its release does not work on Node 24.1.0',
      hint: expect.stringContaining('Use Node 22 or older'),
    });
  } finally {
    Object.defineProperty(process.versions, 'node', version);
  }
});

test('a backend that computes something else is refused', async () => {
  const wrong = installedBut({
    '@tensorflow/tfjs-node': async () => {
      const tf = await import('@tensorflow/tfjs-core');
      return nativeLike({ matMul: () => tf.tensor2d([12], [1, 1]) });
    },
  });
  const loaded = await loadBackend('tfjs-node', wrong);
  expect(isMissing(loaded) && loaded.why).toContain('came out as 12');
});

test('each backend says how it is installed', () => {
  for (const { packages, install } of Object.values(backendSpecs)) {
    for (const name of packages) expect(install).toContain(name);
  }
});

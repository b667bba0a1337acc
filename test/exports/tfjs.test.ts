/** The TensorFlow.js graph model, loaded as a user loads it, on the plain JavaScript and the WebAssembly backend. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ExportContent } from '../../src/exports/content.ts';
import { tfjsFiles } from '../../src/exports/tfjs.ts';
import { contentOf, KINDS } from './models.ts';

async function open(content: ExportContent): Promise<GraphModel> {
  const files = new Map(tfjsFiles(content).map(({ name, pieces }) => [name, Buffer.concat(pieces)]));
  const { modelTopology, signature, userDefinedMetadata, weightsManifest } = JSON.parse(
    files.get('model.json')!.toString(),
  );
  const paths = weightsManifest[0].paths as string[];
  const weightData = Uint8Array.from(Buffer.concat(paths.map((path) => files.get(path)!))).buffer;
  const weightSpecs = weightsManifest[0].weights;
  return loadGraphModel({
    load: async () => ({ modelTopology, signature, userDefinedMetadata, weightSpecs, weightData }),
  });
}

function padded(rows: ExportContent['golden'], longest: number): { ids: tf.Tensor; values: tf.Tensor } {
  const fill = (list: readonly number[]): number[] => [...list, ...new Array(longest - list.length).fill(0)];
  const shape: [number, number] = [rows.length, longest];
  return {
    ids: tf.tensor2d(
      rows.flatMap(({ ids }) => fill(ids)),
      shape,
      'int32',
    ),
    values: tf.tensor2d(
      rows.flatMap(({ values }) => fill(values)),
      shape,
      'float32',
    ),
  };
}

function dense(rows: ExportContent['golden'], terms: number): tf.Tensor {
  const x = tf.buffer([rows.length, terms], 'float32');
  rows.forEach(({ ids, values }, r) => {
    ids.forEach((id, e) => {
      x.set(values[e], r, id);
    });
  });
  return x.toTensor();
}

const outputsOf = ({ head }: ExportContent, suffix: string): string[] =>
  ['rating', ...(head.kind === 'softmax' ? ['distribution'] : [])].map((name) => name + suffix);

/** Largest difference from the golden ratings and distributions. */
function difference(outputs: tf.Tensor | tf.Tensor[], { golden }: ExportContent): number {
  const [rating, distribution] = [outputs]
    .flat()
    .map((tensor) => tensor.arraySync() as number[] | number[][]);
  const got = golden.map((_, r) =>
    [rating[r], ...((distribution?.[r] as number[] | undefined) ?? [])].flat(),
  );
  const expected = golden.map((one) => [one.rating, ...(one.distribution ?? [])]);
  expect(got.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  return Math.max(...got.flatMap((row, r) => row.map((value, k) => Math.abs(value - expected[r][k]))));
}

describe.each(['cpu', 'wasm'])('on the %s backend', (backend) => {
  beforeAll(async () => {
    tf.env().set('PROD', true);
    expect(await tf.setBackend(backend)).toBe(true);
  });

  test.each(KINDS)(
    '%s: TensorFlow.js rates as we do within 1e-5, from ids and from dense rows',
    async (_, kind) => {
      const content = await contentOf(kind);
      const model = await open(content);
      tf.tidy(() => {
        const x = dense(content.golden, content.vectorizer.vocabulary.terms.length);
        expect(difference(model.execute({ x }, outputsOf(content, '')), content)).toBeLessThan(1e-5);
        const longest = Math.max(...content.golden.map(({ ids }) => ids.length));
        const bags = padded(content.golden, longest);
        expect(difference(model.execute(bags, outputsOf(content, '_of_ids')), content)).toBeLessThan(1e-5);
        // More padding than is needed changes nothing.
        const wide = padded(content.golden, longest + 7);
        expect(difference(model.execute(wide, outputsOf(content, '_of_ids')), content)).toBeLessThan(1e-5);
      });
      model.dispose();
    },
  );

  test('predict takes dense rows, as the signature says, and gives the ratings, then the distributions', async () => {
    const content = await contentOf({ hidden: [4] });
    const model = await open(content);
    tf.tidy(() => {
      const terms = content.vectorizer.vocabulary.terms.length;
      expect(model.inputs.map(({ name, shape, dtype }) => [name, shape, dtype])).toEqual([
        ['x', [-1, terms], 'float32'],
      ]);
      const outputs = model.predict(dense(content.golden, terms)) as tf.Tensor[];
      expect(difference(outputs, content)).toBeLessThan(1e-5);
    });
    model.dispose();
  });
});

test('weights beyond 4 MiB are cut into files of that size, and no number is lost', async () => {
  const content = await contentOf({ hidden: [900, 1300], activation: 'tanh' });
  const shards = tfjsFiles(content).filter(({ name }) => name.endsWith('.bin'));
  const sizes = shards.map(({ pieces }) => pieces.reduce((sum, { length }) => sum + length, 0));
  expect(shards.map(({ name }) => name)).toEqual(['group1-shard1of2.bin', 'group1-shard2of2.bin']);
  expect(sizes[0]).toBe(4 * 1024 * 1024);
  const model = await open(content);
  tf.tidy(() => {
    const x = dense(content.golden, content.vectorizer.vocabulary.terms.length);
    expect(difference(model.execute({ x }, outputsOf(content, '')), content)).toBeLessThan(1e-5);
  });
  model.dispose();
});

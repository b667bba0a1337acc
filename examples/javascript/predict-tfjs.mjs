/**
 * Rates texts with a TensorFlow.js export of a starling model: see starling-export.mjs. In a browser,
 * `loadGraphModel('model.json')` reads the same files.
 */
import '@tensorflow/tfjs-backend-wasm';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { main, readExport } from './starling-export.mjs';

tf.env().set('PROD', true); // no advertisement of other backends
await tf.setBackend('wasm');

const asBuffer = ({ buffer, byteOffset, byteLength }) => buffer.slice(byteOffset, byteOffset + byteLength);

/** A model on the disk, for Node; a browser has fetch. */
const read = (folder) =>
  loadGraphModel({
    async load() {
      const { modelTopology, signature, weightsManifest } = JSON.parse(
        await readFile(join(folder, 'model.json'), 'utf8'),
      );
      const [{ paths, weights }] = weightsManifest;
      const weightData = await Promise.all(
        paths.map(async (path) => asBuffer(await readFile(join(folder, path)))),
      );
      return { modelTopology, signature, weightSpecs: weights, weightData };
    },
  });

await main(process.argv.slice(2), async (folder) => {
  const { head, transform } = await readExport(folder);
  const model = await read(folder);
  return (texts) => {
    const { rowStart, columns, values } = transform(texts);
    const longest = texts.reduce((most, _, r) => Math.max(most, rowStart[r + 1] - rowStart[r]), 1);
    // Rows padded with the id 0 and the value 0, which adds nothing.
    const ids = new Int32Array(texts.length * longest);
    const weights = new Float32Array(texts.length * longest);
    texts.forEach((_, r) => {
      for (let e = rowStart[r]; e < rowStart[r + 1]; e++) {
        ids[r * longest + e - rowStart[r]] = columns[e];
        weights[r * longest + e - rowStart[r]] = values ? values[e] : 1;
      }
    });
    const shape = [texts.length, longest];
    return tf.tidy(() => {
      const inputs = { ids: tf.tensor2d(ids, shape, 'int32'), values: tf.tensor2d(weights, shape) };
      const outputs = head.kind === 'softmax' ? ['rating_of_ids', 'distribution_of_ids'] : ['rating_of_ids'];
      const [rating, distribution] = [model.execute(inputs, outputs)]
        .flat()
        .map((tensor) => tensor.arraySync());
      return rating.map((value, r) => ({ rating: value, distribution: distribution?.[r] ?? null }));
    });
  };
});

/**
 * Rates texts with an ONNX export of a starling model: see starling-export.mjs. onnxruntime-web runs in Node and in
 * browsers; with onnxruntime-node only the import changes.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { main, readExport } from './starling-export.mjs';

env.wasm.numThreads = 1; // a few reviews are too little work for more

await main(process.argv.slice(2), async (folder) => {
  const { head, transform } = await readExport(folder);
  const session = await InferenceSession.create(await readFile(join(folder, 'ids.onnx')));
  return async (texts) => {
    const { rowStart, columns, values } = transform(texts);
    const { rating, distribution } = await session.run({
      ids: new Tensor('int64', BigInt64Array.from(columns, BigInt)),
      values: new Tensor('float32', values ?? new Float32Array(columns.length).fill(1)),
      offsets: new Tensor('int64', BigInt64Array.from(rowStart.subarray(0, texts.length), BigInt)),
    });
    const levels = head.levels.length;
    return texts.map((_, r) => ({
      rating: rating.data[r],
      distribution: distribution ? Array.from(distribution.data.slice(r * levels, (r + 1) * levels)) : null,
    }));
  };
});

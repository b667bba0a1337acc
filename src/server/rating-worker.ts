/**
 * A worker thread of the server: rates and explains slices of requests with a model of its own, and answers with bytes of
 * JSON that are ready to be sent. The thread that listens stays free, and a slice that takes too long ends with its worker.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineKind } from '../kernels/node-engine.ts';
import { type ModelData, SentimentModel } from '../model/sentiment-model.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import type { Kind } from './texts.ts';

export interface Slice {
  readonly kind: Kind;
  readonly texts: readonly string[];
}

/** In answer to a slice: the JSON of each text's result, with commas between; or that it failed, which is a bug. */
export type SliceAnswer = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly failed: string };

const data = workerData as ModelData;
const model = SentimentModel.fromData(data, await openEngine(1, data.engine as EngineKind));
const encoder = new TextEncoder();

function answerTo({ kind, texts }: Slice): Uint8Array<ArrayBuffer> {
  const results: readonly unknown[] =
    kind === 'predict' ? model.predictMany(texts) : texts.map((text) => model.explain(text));
  return encoder.encode(results.map((result) => JSON.stringify(result)).join(','));
}

parentPort!.on('message', (slice: Slice) => {
  let answer: SliceAnswer;
  try {
    answer = { bytes: answerTo(slice) };
  } catch (error) {
    answer = { failed: String((error as Error).stack ?? error) };
  }
  parentPort!.postMessage(answer, 'bytes' in answer ? [answer.bytes.buffer] : []);
});
// A first answer without a question: the model is loaded.
parentPort!.postMessage({ bytes: encoder.encode('') } satisfies SliceAnswer);

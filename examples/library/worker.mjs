/**
 * A model in a worker thread, so that explaining long texts never holds up the program: the thread loads the model once and answers
 * messages. (For many texts at once there is RatingPool.)
 *
 *   node worker.mjs path/to/model "The soup was cold." "Lovely staff."
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SentimentModel } from 'starling';

if (isMainThread) {
  const [folder, ...texts] = process.argv.slice(2);
  const worker = new Worker(new URL(import.meta.url), { workerData: folder });
  const answers = new Map();
  worker.on('message', ({ id, ...answer }) => answers.get(id)(answer));
  const ask = (id, text) =>
    new Promise((resolve) => {
      answers.set(id, resolve);
      worker.postMessage({ id, text });
    });
  const said = await Promise.all(texts.map((text, id) => ask(id, text)));
  for (const [i, { rating, why }] of said.entries()) {
    console.log(`${rating.toFixed(2)}  ${texts[i]}  (${why.join(', ')})`);
  }
  await worker.terminate();
} else {
  const model = await SentimentModel.load(workerData);
  parentPort.on('message', ({ id, text }) => {
    const { rating, contributions } = model.explain(text);
    const strongest = [...contributions].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    parentPort.postMessage({ id, rating, why: strongest.slice(0, 3).map(({ term }) => term) });
  });
}

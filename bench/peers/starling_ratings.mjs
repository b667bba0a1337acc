/**
 * starling from rated reviews to ratings of the test reviews, through the library's door: fine-tuning on encoders that
 * were pre-trained before (by starling, or by PyTorch: a raw file and the vocabulary it belongs to) or on none.
 *
 * Task: dist, train and test (JSON lines), options, encoders (a folder of starling's; or { file, vocabulary, units }; or
 * { vocabulary }: no pre-trained layer; or null: pre-train on `unlabelled`), unlabelled (path or null), model (folder to
 * save in, or null).
 */
import { readFileSync } from 'node:fs';
import { checksum, readEncoder, readTask, rootMeanSquaredError, writeResult } from './exchange.mjs';
import { loadStarling } from './library.mjs';

const task = readTask();
const { Encoders, SentimentModel, Vectorizer, readReviews, resolveOptions, VERSION, chooseKind } =
  await loadStarling(task.dist);

async function encodersOf(given) {
  if (given === null) return undefined;
  if (typeof given === 'string') return Encoders.load(given);
  const json = JSON.parse(readFileSync(given.vocabulary, 'utf8'));
  const vectorizer = Vectorizer.fromJSON(resolveOptions(task.options), json, given.vocabulary);
  const layers = given.file ? [readEncoder(given.file, vectorizer.vocabulary.terms.length, given.units)] : [];
  return { vectorizer, layers, summary: [], reviews: 0 };
}

const test = [];
for await (const review of readReviews(task.test)) test.push(review);
const began = performance.now();
const model = await SentimentModel.train(readReviews(task.train), {
  // The general model has seen these reviews.
  options: { transfer: 'none', ...task.options },
  encoders: await encodersOf(task.encoders),
  unlabelled: task.unlabelled ? readReviews(task.unlabelled) : undefined,
});
const fitSeconds = (performance.now() - began) / 1000;
if (task.model) await model.save(task.model);

const texts = test.map(({ text }) => text);
const predictBegan = performance.now();
const ratings = Float32Array.from(await model.predictMany(texts), ({ rating }) => rating);
const predictSeconds = (performance.now() - predictBegan) / 1000;
const { bestEpoch, validationRmse, sparsity } = model.training;
writeResult({
  rmse: rootMeanSquaredError(
    ratings,
    test.map(({ rating }) => rating),
  ),
  fitSeconds,
  reviewsPerSecond: texts.length / predictSeconds,
  bestEpoch,
  validationRmse,
  sparsity,
  checksum: checksum(ratings),
  version: `starling ${VERSION}, ${chooseKind(task.options.engine)}, node ${process.versions.node}`,
});
model.close();

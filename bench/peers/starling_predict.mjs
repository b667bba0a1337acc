/**
 * Bulk prediction by a saved model, from raw text in memory to ratings: the peer of scikit-learn's
 * `model.predict(vectorizer.transform(texts))`. Task: dist, model, test (JSON lines).
 */
import { checksum, readTask, rootMeanSquaredError, writeResult } from './exchange.mjs';
import { loadStarling } from './library.mjs';

const task = readTask();
const { SentimentModel, readReviews, VERSION, chooseKind } = await loadStarling(task.dist);
const model = await SentimentModel.load(task.model);
const test = [];
for await (const review of readReviews(task.test)) test.push(review);
const texts = test.map(({ text }) => text);
const began = performance.now();
const cpuBegan = process.cpuUsage();
const ratings = Float32Array.from(await model.predictMany(texts), ({ rating }) => rating);
const seconds = (performance.now() - began) / 1000;
const cpu = process.cpuUsage(cpuBegan);
writeResult({
  rmse: rootMeanSquaredError(
    ratings,
    test.map(({ rating }) => rating),
  ),
  reviewsPerSecond: texts.length / seconds,
  cpuSecondsPerThousand: (cpu.user + cpu.system) / 1000 / texts.length,
  checksum: checksum(ratings),
  version: `starling ${VERSION}, ${chooseKind(model.options.engine)}, node ${process.versions.node}`,
});
model.close();

/** starling as a contender. Task: dist, rated, unrated, test (JSON lines), options, levels, seed. */
import { readTask, say, writeResult } from '../peers/exchange.mjs';
import { loadStarling } from '../peers/library.mjs';

const task = readTask();
const { SentimentModel, readReviews } = await loadStarling(task.dist);
const began = performance.now();
const model = await SentimentModel.train(readReviews(task.rated), {
  options: { ...task.options, seed: task.seed },
  unlabelled: readReviews(task.unrated),
  levels: task.levels ?? undefined,
});
const seconds = (performance.now() - began) / 1000;
const texts = [];
for await (const { text } of readReviews(task.test)) texts.push(text);
const ratings = model.predictMany(texts).map(({ rating }) => rating);
model.close();
say(`  ${seconds.toFixed(0)} s, best epoch ${model.training.bestEpoch}`);
writeResult({ ratings, seconds });

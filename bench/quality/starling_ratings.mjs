/**
 * starling as a contender. The encoders see the same texts whatever the number of labels, so they are trained once for
 * all of these. Task: dist, rated, unrated, test (JSON lines), options, levels, seed, encoders (their folder; made when
 * it is not there).
 */
import { existsSync, statSync } from 'node:fs';
import { readTask, say, writeResult } from '../peers/exchange.mjs';
import { loadStarling } from '../peers/library.mjs';

const task = readTask();
const { SentimentModel, Encoders, readReviews, resolveOptions } = await loadStarling(task.dist);
const options = { ...task.options, seed: task.seed };
// None are left where all have kept their ratings.
const hasUnrated = statSync(task.unrated).size > 0;
const began = performance.now();
const { pretrain, hidden } = resolveOptions(options);
if (pretrain && hidden.length > 0 && !existsSync(task.encoders)) {
  const encoders = await Encoders.pretrain(
    readReviews(hasUnrated ? [task.rated, task.unrated] : task.rated),
    { options },
  );
  await encoders.save(task.encoders);
}
const pretrainSeconds = (performance.now() - began) / 1000;
const encoders = pretrain && hidden.length > 0 ? await Encoders.load(task.encoders) : undefined;
const model = await SentimentModel.train(readReviews(task.rated), {
  options: encoders ? { ...encoders.options, ...options } : options,
  unlabelled: hasUnrated ? readReviews(task.unrated) : undefined,
  encoders,
  levels: task.levels ?? undefined,
});
const seconds = (performance.now() - began) / 1000;
const texts = [];
for await (const { text } of readReviews(task.test)) texts.push(text);
const ratings = model.predictMany(texts).map(({ rating }) => rating);
model.close();
say(`  ${seconds.toFixed(0)} s, best epoch ${model.training.bestEpoch}`);
writeResult({ ratings, seconds, pretrainSeconds });

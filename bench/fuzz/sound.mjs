/** What the readers are held to, and the small model whose files are damaged. */

/** @throws Error when an answer is not sound: that is a failure, no refusal */
export function check(truth, what) {
  if (!truth) throw new Error(`unsound: ${what}`);
}

/** The library, and reviews and options of which it makes a model in no time. @param load imports a module of dist */
export async function trained(load) {
  const { SentimentModel } = await load('index.js');
  const reviews = Array.from({ length: 40 }, (_, i) => ({
    id: String(i),
    text: ['good soup', 'bad soup', 'fine place', 'rude staff'][i % 4],
    rating: 1 + (i % 4),
  }));
  const options = {
    hidden: [4],
    transfer: 'none',
    pretrainEpochs: [1],
    epochs: 2,
    threads: 1,
    batchSize: 8,
    pretrainBatchSize: 8,
  };
  return { SentimentModel, reviews, options };
}

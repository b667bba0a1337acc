/**
 * A stream of rows that never ends, or is larger than memory: each review is rated as it comes, in order, on all cores, and what is
 * slower than the reading stops the reading.
 *
 *   zcat reviews.jsonl.gz | node stream.mjs path/to/model > rated.jsonl
 */
import { once } from 'node:events';
import { RatingPool, readReviews, SentimentModel } from 'starling';

const model = await SentimentModel.load(process.argv[2]);
const pool = new RatingPool(model);
const reviews = readReviews('-', { format: 'jsonl', ignoreRatings: true });

/** Ids of the reviews that are being rated. */
const waiting = [];
async function* texts() {
  for await (const { id, text } of reviews) {
    waiting.push(id);
    yield text;
  }
}

for await (const { rating } of pool.rateAll(texts())) {
  const line = JSON.stringify({ id: waiting.shift(), rating: Number(rating.toFixed(4)) });
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}
await pool.close();
model.close();

/**
 * The real sets as fixed, seeded splits. Repeats of a text are taken out first, so that none stands on both sides. The
 * IMDB set keeps its official test part; of the others a fifth is the test part, the same for all seeds and label counts.
 * A seed says which of the training reviews keep their ratings: the rest serve as unlabelled.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SETS = {
  yelp: { file: 'yelp_businesses.csv.gz' },
  clothing: { file: 'womens_clothing.csv.gz' },
  instruments: { file: 'musical_instruments.csv.gz' },
  amazon: { file: 'amazon_multidomain.csv.gz' },
  moviescale: { file: 'moviescale_pang_lee.csv.gz' },
  imdb: { file: 'imdb_labelled.csv.gz', unlabelled: 'imdb_unlabelled.csv.gz', test: /^test\// },
};

export const setNames = Object.keys(SETS);

const TEST_PART = 5;

function shuffled(items, stream) {
  return Array.from(stream.permutation(items.length), (i) => items[i]);
}

/** @returns { train, test, unlabelled }: reviews; null when the file is not there */
export async function loadSet(starling, folder, name) {
  const { file, unlabelled, test: isTest } = SETS[name];
  const path = join(folder, file);
  if (!existsSync(path)) return null;
  const seen = new Set();
  const read = async (from, filter) => {
    const kept = [];
    for await (const { id, text, rating } of starling.readReviews(from)) {
      const own = filter ? filter.test(id) : false;
      if (!own && seen.has(text)) continue;
      seen.add(text);
      kept.push({ text, rating, isTest: own });
    }
    return kept;
  };
  const stream = starling.RandomStream.fromSeed(7).split('quality', name);
  const rows = (await read(path, isTest)).filter(({ rating }) => rating !== null);
  const testTexts = new Set(rows.filter((row) => row.isTest).map(({ text }) => text));
  const others = shuffled(
    rows.filter((row) => !row.isTest && !testTexts.has(row.text)),
    stream,
  );
  const count = isTest ? 0 : Math.floor(others.length / TEST_PART);
  return {
    test: isTest ? rows.filter((row) => row.isTest) : others.slice(0, count),
    train: others.slice(count),
    unlabelled: unlabelled ? await read(join(folder, unlabelled)) : [],
  };
}

/** The training part with ratings for `labels` of its reviews, a different choice for each seed; "all" keeps all. */
export function labelled(starling, set, labels, seed) {
  const order = shuffled(set.train, starling.RandomStream.fromSeed(seed).split('labels'));
  const rated = labels === 'all' ? order : order.slice(0, labels);
  return { rated, unrated: [...order.slice(rated.length), ...set.unlabelled] };
}

/**
 * The data that all contenders get: reviews as JSON lines and as fastText's lines, and the same reviews as binary
 * matrices over one vocabulary. Made once by starling's own reader, tokenizer and vectorizer and kept in a folder
 * outside of the repository (the texts are other people's).
 *
 * Split: the 50,000 unlabelled IMDB reviews for vocabulary and pre-training, some of the 25,000 official training
 * reviews as the rated ones, the official test reviews for the RMSE and for nothing else. Texts of test reviews are
 * taken out of the other two.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, writeCsr, writeFloats } from './exchange.mjs';

/** Changes whenever what is written changes, so that an older folder is not taken for a new one. */
const FORMAT = 1;

/**
 * @param starling the built library: readReviews and, from its modules, RandomStream, TokenCorpus, Vectorizer, tokenize
 * @param sizes { unlabelled, rated, test, terms: number[] }: how many of each
 * @returns paths and counts
 */
export async function prepareData(starling, dataFolder, workFolder, sizes) {
  const folder = join(
    workFolder,
    `data-${FORMAT}-${sizes.unlabelled}-${sizes.rated}-${sizes.test}-${sizes.terms.join('-')}`,
  );
  const manifestPath = join(folder, 'manifest.json');
  if (!existsSync(manifestPath)) {
    say(`preparing the data in ${folder}`);
    mkdirSync(folder, { recursive: true });
    const manifest = await write(starling, dataFolder, folder, sizes);
    writeFileSync(manifestPath, JSON.stringify(manifest, null, 2));
  }
  return { folder, ...JSON.parse(readFileSync(manifestPath, 'utf8')) };
}

async function write(starling, dataFolder, folder, sizes) {
  const { readReviews, RandomStream } = starling;
  const stream = RandomStream.fromSeed(2011).split('peers');
  const labelled = { train: [], test: [] };
  for await (const review of readReviews(join(dataFolder, 'imdb_labelled.csv.gz')))
    labelled[review.id.startsWith('test/') ? 'test' : 'train'].push(review);
  const test = pick(labelled.test, sizes.test, stream.split('test'));
  const testTexts = new Set(labelled.test.map(({ text }) => text.trim()));
  const isNew = ({ text }) => !testTexts.has(text.trim());
  const rated = pick(labelled.train.filter(isNew), sizes.rated, stream.split('rated'));
  const unlabelled = [];
  for await (const review of readReviews(join(dataFolder, 'imdb_unlabelled.csv.gz'))) {
    if (unlabelled.length === sizes.unlabelled) break;
    if (isNew(review)) unlabelled.push(review);
  }
  const sets = { unlabelled, rated, test };
  for (const [name, reviews] of Object.entries(sets)) {
    writeFileSync(
      join(folder, `${name}.jsonl`),
      reviews.map((review) => `${JSON.stringify(review)}\n`).join(''),
    );
    writeFastText(starling, join(folder, `${name}.txt`), reviews, name === 'rated');
    writeFloats(
      join(folder, `${name}.f32`),
      reviews.map(({ rating }) => rating ?? Number.NaN),
    );
  }
  return {
    counts: Object.fromEntries(Object.entries(sets).map(([name, reviews]) => [name, reviews.length])),
    matrices: writeMatrices(starling, folder, sets, sizes.terms),
  };
}

/** Some of the reviews, in a random but repeatable order. */
function pick(reviews, count, stream) {
  return Array.from(stream.permutation(reviews.length).subarray(0, count), (i) => reviews[i]);
}

/** One review per line: its words as starling splits them, with the label in front for training. */
function writeFastText({ tokenize, resolveOptions }, path, reviews, labels) {
  const options = resolveOptions();
  const lines = reviews.map(({ text, rating }) => {
    const words = tokenize(text, options).join(' ');
    return labels ? `__label__${rating} ${words}\n` : `${words}\n`;
  });
  writeFileSync(path, lines.join(''));
}

/** For each size of vocabulary: vocabulary-N.json, and a binary matrix of each set. */
function writeMatrices({ TokenCorpus, Vectorizer, resolveOptions }, folder, sets, termCounts) {
  const corpus = new TokenCorpus(resolveOptions());
  const rowsOf = {};
  for (const [name, reviews] of Object.entries(sets)) {
    const from = corpus.length;
    for (const { text } of reviews) corpus.add(text);
    rowsOf[name] = Int32Array.from(reviews, (_, i) => from + i);
  }
  return Object.fromEntries(
    termCounts.map((count) => {
      const options = resolveOptions({ ngrams: 1, vocabularySize: count });
      const vectorizer = Vectorizer.fit(corpus, rowsOf.unlabelled, options);
      writeFileSync(join(folder, `vocabulary-${count}.json`), JSON.stringify(vectorizer.toJSON()));
      const wordsPerReview = {};
      for (const [name, rows] of Object.entries(rowsOf)) {
        const x = vectorizer.transformCorpus(corpus, rows);
        writeCsr(join(folder, `${name}-${count}.csr`), x);
        wordsPerReview[name] = x.columns.length / x.rows;
      }
      return [count, { terms: vectorizer.vocabulary.terms.length, wordsPerReview }];
    }),
  );
}

import { expect, test } from 'vitest';
import { readReviews } from '../../src/corpus/read-reviews.ts';
import type { ReadOptions } from '../../src/corpus/table.ts';
import { defaultOptions, type Options } from '../../src/options.ts';
import { type Inspection, inspectCorpus } from '../../src/report/inspection.ts';
import { inspectionTable } from '../../src/report/inspection-table.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';

async function inspect(
  csv: string,
  given: Partial<Options> = {},
  columns: ReadOptions = {},
): Promise<Inspection> {
  const options = { ...defaultOptions, ...given };
  const reviews = readReviews('-', { input: [Buffer.from(csv)], ...columns });
  return inspectCorpus(await gatherReviews(reviews, options), reviews.report, options);
}

const small = `text,rating
good good soup,5
good soup today,4
bad soup,1
bad soup,2
,5
unrated one,
`;

test('ratings: counts, shares, mean and standard deviation', async () => {
  const { ratings } = await inspect(small);
  expect(ratings?.levels).toEqual([1, 2, 4, 5]);
  expect(ratings?.distribution.map(({ reviews }) => reviews)).toEqual([1, 1, 1, 2]);
  expect(ratings?.distribution[3].share).toBeCloseTo(0.4);
  expect(ratings?.mean).toBeCloseTo(17 / 5);
  expect(ratings?.std).toBeCloseTo(Math.sqrt((2 * 1.6 ** 2 + 0.6 ** 2 + 2.4 ** 2 + 1.4 ** 2) / 5));
});

test('words: per review and in all', async () => {
  const { wordsPerReview, distinctTerms } = await inspect(small);
  expect(wordsPerReview).toEqual({ mean: 12 / 6, median: 2, max: 3 });
  expect(distinctTerms).toBe(6); // good soup today bad unrated one
});

test('repeats: reviews that repeat an earlier one, and texts with more than one rating', async () => {
  const { repeatedTexts } = await inspect(`${small}good soup today,4\n,1\n`);
  expect(repeatedTexts).toEqual({ reviews: 2, conflicting: 1 });
});

test('vocabulary: what is kept, what could be, and how much it covers', async () => {
  const { vocabulary } = await inspect(small, { ngrams: 1, vocabularySize: 2 });
  expect(vocabulary).toEqual({
    kept: 2,
    candidates: 3, // soup in 4 reviews, bad and good in 2
    coverage: 6 / 12,
    leastDocumentFrequency: 2,
    mostFrequent: [
      { term: 'soup', documentFrequency: 4 },
      { term: 'bad', documentFrequency: 2 },
    ],
    emptyReviews: 2,
  });
});

test('warnings name what is likely to go wrong', async () => {
  const { warnings } = await inspect(small);
  expect(warnings).toContain('only 5 reviews are rated: figures will be rough');
  expect(warnings).toContain('only 1 reviews are rated 2');
  expect(warnings).toContain('1 reviews have no text');
  expect(warnings).toContain('1 repeated texts have more than one rating');
  expect((await inspect('text\none\ntwo\n')).warnings).toEqual([
    'no review is rated: these can be used for pre-training and prediction only',
    'the vocabulary is empty: lower minDocumentFrequency',
  ]);
  const row = (i: number): string => `nice food,${i < 290 ? 5 : 4}\n`;
  const skewed = `text,rating\n${Array.from({ length: 300 }, (_, i) => row(i)).join('')}`;
  expect((await inspect(skewed)).warnings).toEqual([
    '97 % of the ratings are the same: compare with the constant predictor',
    '1 repeated texts have more than one rating',
  ]);
});

test('a continuous rating is counted by its nearest level, and warned about', async () => {
  const csv = `text,rating\n${Array.from({ length: 101 }, (_, i) => `food ${i},${i / 100}\n`).join('')}`;
  const { ratings, warnings } = await inspect(csv);
  const counts = ratings!.distribution.map(({ reviews }) => reviews);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(101);
  expect(Math.min(...counts.slice(1, -1))).toBeGreaterThanOrEqual(9); // ten each, but for ties
  expect(Math.max(counts[0], counts[10])).toBeLessThanOrEqual(6);
  expect(warnings.join()).toContain('the ratings take 101 values, which are spread over 11 levels');
});

test('the table shows files, ratings, text and warnings', async () => {
  const table = inspectionTable(await inspect(small));
  expect(table).toMatch(/^file +format +text +rating +id +rows +rated +unrated +bad\n/);
  expect(table).toMatch(/\nstandard input +csv +text +rating +- +6 +5 +1 +0\n/);
  expect(table).toMatch(/\n {5}5 +2 +40\.0 % +#{30}\n/);
  expect(table).toMatch(/\nwords per review +mean 2\.0, median 2, most 3\n/);
  expect(table).toMatch(/\n! only 5 reviews are rated/);
});

test('a title that is not read is pointed at, unless the user has chosen columns', async () => {
  const hint = 'the column "Review Title" is not read: --text "Review Title" --text text reads both';
  const csv = 'Review Title,text,rating\nGood,good soup,5\n';
  const json = '{"text":"good soup","rating":5,"Review Title":"Good"}\n';
  for (const content of [csv, json]) {
    expect((await inspect(content)).warnings).toContain(hint);
    const both = await inspect(content, {}, { text: ['text', 'Review Title'] });
    const titleAlone = await inspect(content, {}, { text: 'Review Title' });
    for (const { warnings } of [both, titleAlone]) expect(warnings.join()).not.toContain('Title');
  }
});

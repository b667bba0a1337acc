import { describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { complaint, reviewsIn } from './helpers.ts';

const CORRECT = 'Correct the row, or leave such rows out with --skip-bad-rows.';

describe('ratings', () => {
  test.each(['5', '4.5', '.5', '0', '-1', '+3', '1e1', ' 4 ', '5.'])('may be written %j', async (rating) => {
    expect((await reviewsIn(`text;rating\nx;${rating}`))[0].rating).toBe(Number(rating));
  });

  test.each([
    ['4,5', 4.5],
    ['4 stars', 4],
    ['1 Star', 1],
    ['5-star', 5],
    ['4.5★', 4.5],
    ['4/5', 4],
    ['8.5 / 10', 8.5],
    ['4 of 5 bubbles', 4],
    ['4.0 out of 5 stars', 4],
    ['Rated 3,5 out of 5', 3.5],
    ['Rating: 2', 2],
    ['4 stars out of 5', 4],
    ['87 points', 87],
    ['★★★★☆', 4],
    ['★★★', 3],
    ['☆☆☆☆☆', 0],
    ['⭐️⭐️', 2],
    ['5\u00a0stars', 5],
    ['negative', 0],
    ['Neutral', 0.5],
    ['POSITIVE', 1],
    ['pos', 1],
  ])('may be written as people do: %j', async (written, rating) => {
    expect((await reviewsIn(`text;rating\nx;${written}`))[0].rating).toBe(rating);
    expect((await reviewsIn(JSON.stringify({ text: 'x', rating: written })))[0].rating).toBe(rating);
  });

  test.each([
    ...[
      'abc',
      'Infinity',
      '-Infinity',
      '0x10',
      '1e999',
      '٣',
      '-',
      '?',
      'n.a.',
      'five stars',
      '1,234',
      '1,2,3',
    ],
    ...[
      '-1,5',
      '4 to 5',
      '2014-01-02',
      '4/',
      '/5',
      '4//5',
      '4 5',
      '4 nights',
      '☆★',
      '-4/5',
      'positively',
      'stars',
    ],
  ])('are not %j', async (rating) => {
    expect(await complaint(`text;rating\ny;1\nx;${rating}`)).toBe(
      `standard input, row 3: the rating ${JSON.stringify(rating)} is no number. Leave it empty for an unlabelled review; if another column holds the ratings, name it: --rating COLUMN. ${CORRECT}`,
    );
  });

  test.each([
    [
      ['4/5', '', '8/10'],
      'row 4: the rating "8/10" is out of 10, others are out of 5. Bring all to one scale.',
    ],
    [
      ['★★☆', '2 of 5'],
      'row 3: the rating "2 of 5" is out of 5, others are out of 3. Bring all to one scale.',
    ],
    [['6/5'], 'row 2: the rating "6/5" is more than it can be.'],
    [['positive', '1'], 'row 3: the rating "1" stands among words. Write all alike.'],
    [['4', '4/5', 'neutral'], 'row 4: the rating "neutral" stands among numbers. Write all alike.'],
  ])('%j do not go together', async (ratings, what) => {
    const csv = `text;rating\n${ratings.map((rating) => `x;${rating}\n`).join('')}`;
    expect(await complaint(csv)).toBe(`standard input, ${what} ${CORRECT}`);
    const json = ratings.map((rating) => JSON.stringify({ text: 'x', rating })).join('\n');
    expect(await complaint(json)).toContain(what.replace(/^row \d+: /, ''));
  });

  test.each(['', ' ', 'NA', 'NaN', 'nan', 'N/A', '#N/A', 'NULL', 'None'])(
    'are missing where programs write %j',
    async (written) => {
      expect((await reviewsIn(`text;rating\ny;1\nx;${written}`))[1].rating).toBeNull();
      expect(await complaint(`text;rating\ny;1\nx;${written}`, { requireRating: true })).toContain(
        'row 3: the review has no rating',
      );
    },
  );

  test('of another file may be of another kind; the report says which are words', async () => {
    const read = (csv: string) => readReviews('-', { input: [Buffer.from(csv)] });
    const words = read('text,sentiment\nx,positive\ny,negative\n');
    expect((await collectReviews(words)).map(({ rating }) => rating)).toEqual([1, 0]);
    expect(words.report.files[0].wordRatings).toBe(true);
    const numbers = read('text,rating\nx,1\ny,\n');
    await collectReviews(numbers);
    expect(numbers.report.files[0].wordRatings).toBe(false);
  });

  test('in JSON are numbers, numbers in strings, or null', async () => {
    const lines = [
      '{"text":"a","stars":4.5}',
      '{"text":"b","stars":"3"}',
      '{"text":"c","stars":null}',
      '{"text":"d"}',
    ];
    expect((await reviewsIn(lines.join('\n'))).map(({ rating }) => rating)).toEqual([4.5, 3, null, null]);
    expect(await complaint('{"text":"a","stars":1e999}')).toContain(
      'the rating "stars" is Infinity, expected a number',
    );
    expect(await complaint('{"text":"a","stars":[5]}')).toContain(
      'the rating "stars" is [5], expected a number',
    );
    expect(await complaint('{"text":"a","stars":true}')).toContain(
      'the rating "stars" is true, expected a number',
    );
  });
});

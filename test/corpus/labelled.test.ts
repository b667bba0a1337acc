/** fastText's labelled lines and svmlight's bags of words: what they mean, and what of them is refused. */
import { describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import type { ReadOptions } from '../../src/corpus/table.ts';

const read = (text: string, options: ReadOptions = {}) =>
  collectReviews(readReviews('-', { input: [new TextEncoder().encode(text)], ...options }));
const WORDS = ['the', 'soup', 'was', "don't", 'cold'];

describe('fastText', () => {
  test('lines are known by their first label, in files of any name but those of tables', async () => {
    const reviews = await read('__label__4 The soup was warm.\n\n__label__1.5\tCold , rude\nno label here\n');
    expect(reviews).toEqual([
      { id: '1', text: 'The soup was warm.', rating: 4 },
      { id: '2', text: 'Cold , rude', rating: 1.5 },
      { id: '3', text: 'no label here', rating: null },
    ]);
  });

  test('takes a label at the end, as fastText does, and no text at all', async () => {
    expect(await read('__label__2\nlovely food __label__5\n')).toEqual([
      { id: '1', text: '', rating: 2 },
      { id: '2', text: 'lovely food', rating: 5 },
    ]);
  });

  test('as plain text, if that is asked for, the label is text', async () => {
    expect(await read('__label__4 warm\n', { format: 'txt' })).toEqual([
      { id: '1', text: '__label__4 warm', rating: null },
    ]);
  });

  test('labels are not looked at where ratings are not', async () => {
    expect(await read('__label__good fine\n', { ignoreRatings: true })).toEqual([
      { id: '1', text: 'fine', rating: null },
    ]);
  });

  test.each([
    ['__label__4 __label__5 both\n', 'row 1: it has 2 labels, __label__4 __label__5'],
    ['__label__4 fine\n__label__good good\n', 'row 2: the rating "good" is no number'],
    ['__label__4 fine\n__label__positive good\n', 'row 2: the rating "positive" stands among numbers'],
  ])('%j is refused, with its row; such rows can be left out', async (text, what) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(what),
    });
    const reviews = readReviews('-', {
      input: [new TextEncoder().encode(`__label__3 ok\n${text}`)],
      skipBadRows: true,
    });
    expect((await collectReviews(reviews))[0]).toEqual({ id: '1', text: 'ok', rating: 3 });
    expect(reviews.report.skipped).toBe(1);
  });

  test('a line without a label is refused where every review must have a rating', async () => {
    await expect(read('__label__4 fine\nno label\n', { requireRating: true })).rejects.toMatchObject({
      message: expect.stringContaining('row 2: the review has no rating'),
    });
  });
});

describe('svmlight', () => {
  test('counts become words, by the vocabulary, from 1 on', async () => {
    expect(await read('4 1:1 2:2 4:1 # a comment\n-1.5 5:1\n3\n', { words: WORDS })).toEqual([
      { id: '1', text: "the soup soup don't", rating: 4 },
      { id: '2', text: 'cold', rating: -1.5 },
      { id: '3', text: '', rating: 3 },
    ]);
  });

  test('counts from 0 where an index is 0', async () => {
    expect((await read('9 0:2 4:1\n', { words: WORDS }))[0].text).toBe('the the cold');
  });

  test('rows without a rating, or with a query, are read as well; zeros are no words', async () => {
    expect(await read('4 qid:3 1:1 2:0\n1:1 3:2.0\n', { words: WORDS })).toEqual([
      { id: '1', text: 'the', rating: 4 },
      { id: '2', text: 'the was was', rating: null },
    ]);
  });

  test('needs the words', async () => {
    await expect(read('4 1:1 2:2\n')).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('no words were given'),
      hint: expect.stringContaining('--vocabulary'),
    });
  });

  test.each([
    ['4 6:1', "the index 6 is none of the vocabulary's, which go from 1 to 5"],
    ['4 1:0.25', 'the value of "1:0.25" is no count'],
    ['4 1:-1', 'the value of "1:-1" is no count'],
    ['4 1:1000001', 'it has more than 1,000,000 words'],
    ['4 1:1 soup', '"soup" is no index:count'],
    ['4 -1:2', '"-1:2" is no index:count'],
    ['four 1:2', 'the rating "four" is no number'],
  ])('%j is refused', async (line, what) => {
    await expect(read(`4 1:1\n${line}\n`, { words: WORDS })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(`row 2: ${what}`),
    });
  });

  test('a table is not taken for it, nor a text that begins with a number', async () => {
    const [review] = await read('id,text,rating\n4 1:1,fine,3\n');
    expect(review).toEqual({ id: '4 1:1', text: 'fine', rating: 3 });
  });
});

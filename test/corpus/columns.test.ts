import { describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { complaint, reviewsIn } from './helpers.ts';

describe('columns', () => {
  test('are the ones that are named', async () => {
    const csv = 'text,rating,title,grade,key\nT,5,title,3,k\n';
    expect(await reviewsIn(csv, { text: 'title', rating: 'grade', id: 'key' })).toEqual([
      { id: 'k', text: 'title', rating: 3 },
    ]);
  });

  test('are found by name whatever the case and the spaces', async () => {
    expect(await reviewsIn('ID, Review Text , Star Rating\n1,x,4')).toEqual([
      { id: '1', text: 'x', rating: 4 },
    ]);
  });

  test.each([
    ['reviews.text,reviews.rating\nx,4', 4],
    ['Review\tLiked\nx\t1', 1],
    ['text,sentiment\nx,positive', 1],
    ['Customer Review,Reviewer_Score\nx,9.2', 9.2],
  ])('of other tools are known, too: %j', async (csv, rating) => {
    expect(await reviewsIn(csv)).toEqual([{ id: '1', text: 'x', rating }]);
  });

  test('without a rating mean unlabelled; ratings can be ignored', async () => {
    expect(await reviewsIn('text\nx')).toEqual([{ id: '1', text: 'x', rating: null }]);
    expect(await reviewsIn('text,rating\nx,terrible', { ignoreRatings: true })).toEqual([
      { id: '1', text: 'x', rating: null },
    ]);
  });

  test('called __proto__ or constructor are columns like any other', async () => {
    const wanted = { text: '__proto__', rating: 'constructor' };
    expect(await reviewsIn('__proto__,constructor\nx,4', wanted)).toEqual([
      { id: '1', text: 'x', rating: 4 },
    ]);
    expect(await reviewsIn('{"__proto__":"x","constructor":4}', wanted)).toEqual([
      { id: '1', text: 'x', rating: 4 },
    ]);
    expect(await complaint('{"text":"x"}', wanted)).toContain('no property "__proto__"');
    expect(({} as Record<string, unknown>).rating).toBeUndefined();
  });
});

describe('JSON lines', () => {
  test('are looked up line by line', async () => {
    expect(await reviewsIn('{"text":"a"}\n\n{"rating":2,"text":"b","id":7}\n')).toEqual([
      { id: '1', text: 'a', rating: null },
      { id: '7', text: 'b', rating: 2 },
    ]);
  });

  test('keep the digits of an id beyond 2^53', async () => {
    expect((await reviewsIn('{"id":12345678901234567891,"text":"a"}'))[0].id).toBe('12345678901234567891');
  });

  test.each([
    ['{"text":"a"}\n["b"]', 'row 2: expected a JSON object on a line of its own, got "[\\"b\\"]"'],
    ['{"text":"a"}\nnull', 'row 2: expected a JSON object on a line of its own, got "null"'],
    ['{"text":"a"', 'row 1: expected a JSON object on a line of its own'],
    ['{\n"text":"a"}', 'row 1: expected a JSON object on a line of its own, got "{"'],
    ['{"text":5}', 'row 1: "text" is 5, expected a string'],
    ['{"text":null}', 'row 1: "text" is null, expected a string'],
    ['{"a":"x","b":1}', 'no property that is named like the text of a review: it has a, b'],
  ])('%j is refused', async (content, message) => {
    expect(await complaint(content)).toContain(message);
  });

  test('in which a named property never comes are refused', async () => {
    expect(await complaint('{"text":"a","rating":1}\n{"text":"b"}', { rating: 'stars' })).toBe(
      'no column "stars" in standard input: it has text, rating. Did you mean --rating rating?',
    );
    expect(await complaint('{"review":"a"}', { text: 'text' })).toContain('Did you mean --text review?');
  });
});

describe('a text in several columns', () => {
  const text = ['title', 'body'];

  test('is read whole, parts that are empty left out', async () => {
    const csv = 'body,rating,title\nThe bed was hard.,2,Never again\nFine.,4, \n,5,Superb\n';
    const expected = ['Never again\nThe bed was hard.', 'Fine.', 'Superb'];
    expect((await reviewsIn(csv, { text })).map((review) => review.text)).toEqual(expected);
    const json = [
      '{"title":"Never again","body":"The bed was hard."}',
      '{"title":null,"body":"Fine."}',
      '{"title":"Superb"}',
    ];
    expect((await reviewsIn(json.join('\n'), { text })).map((review) => review.text)).toEqual(expected);
  });

  test('is named in the report; a name given twice counts once', async () => {
    for (const content of ['title,body\na,b', '{"title":"a","body":"b"}']) {
      const reviews = readReviews('-', { input: [Buffer.from(content)], text: [...text, 'title'] });
      expect((await collectReviews(reviews))[0].text).toBe('a\nb');
      expect(reviews.report.files[0].columns.text).toBe('title + body');
    }
  });

  test('must be there with every part', async () => {
    const missing = 'no column "title" in standard input: it has body';
    expect(await complaint('body\nx', { text })).toContain(missing);
    expect(await complaint('{"body":"x"}', { text })).toContain(missing);
    expect(await complaint('{"title":null,"body":null}', { text })).toContain(
      '"title" is null, expected a string',
    );
    expect(await complaint('{"title":"x","body":[]}', { text })).toContain('"body" is [], expected a string');
  });
});

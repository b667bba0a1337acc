import { describe, expect, test } from 'vitest';
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

describe('ratings', () => {
  test.each(['5', '4.5', '.5', '0', '-1', '+3', '1e1', ' 4 ', '5.'])('may be written %j', async (rating) => {
    expect((await reviewsIn(`text;rating\nx;${rating}`))[0].rating).toBe(Number(rating));
  });

  test.each(['abc', 'NaN', 'Infinity', '-Infinity', '1,5', '5 stars', '0x10', '1e999', 'null', '4/5', '٣'])(
    'are not %j',
    async (rating) => {
      expect(await complaint(`text;rating\ny;1\nx;${rating}`)).toBe(
        `standard input, row 3: the rating ${JSON.stringify(rating)} is no number. ${
          rating === '1,5'
            ? 'Write the decimal mark as a point.'
            : 'Leave it empty for an unlabelled review; if another column holds the ratings, name it: --rating COLUMN.'
        } Correct the row, or leave such rows out with --skip-bad-rows.`,
      );
    },
  );

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

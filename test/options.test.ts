/** The table of options: its defaults are valid, and what does not fit is refused by name. Cases come from the table. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StarlingError } from '../src/errors.ts';
import {
  checkOption,
  defaultOptions,
  forLayer,
  nearest,
  type OptionName,
  type OptionSpec,
  optionNames,
  optionSpecs,
  resolveOptions,
} from '../src/options.ts';

function refusal(given: unknown, where?: string): StarlingError {
  try {
    resolveOptions(given as Record<string, unknown>, where);
  } catch (error) {
    if (error instanceof StarlingError) return error;
    throw error;
  }
  throw new Error(`not refused: ${String(JSON.stringify(given))}`);
}

const nextAbove = (value: number, whole: boolean): number =>
  whole ? value + 1 : value + Math.abs(value) * 1e-9 + 1e-9;
const nextBelow = (value: number, whole: boolean): number =>
  whole ? value - 1 : value - Math.abs(value) * 1e-9 - 1e-9;

const mayBeEmpty = (spec: OptionSpec): boolean => 'empty' in spec && spec.empty !== undefined;

/** Values that an option must refuse, with the reason. */
function misfits(spec: OptionSpec): [reason: string, value: unknown][] {
  const never: [string, unknown][] = [
    ['null', null],
    ['an object', {}],
    ['a big integer', 1n],
    ['a symbol', Symbol('x')],
    ['a function', () => 1],
  ];
  switch (spec.type) {
    case 'boolean':
      return [...never, ['a number for a boolean', 1], ['a word for a boolean', 'true'], ['a list', [true]]];
    case 'model':
      return [
        ...never,
        ['the empty word', ''],
        ['a blank', ' '],
        ['a number for a name', 0],
        ['a list for a name', ['general']],
      ];
    case 'choice':
      return [
        ...never,
        ['an unknown choice', 'nonesuch'],
        ['the empty word', ''],
        ['a number for a choice', 0],
        ['a list for a choice', [spec.default]],
        ['a choice in capitals', spec.default.toUpperCase()],
        ['a name that every object has', 'constructor'],
      ];
    default: {
      const whole = spec.type === 'integer' || spec.type === 'integers';
      const numbers: [string, unknown][] = [
        ['below the minimum', nextBelow(spec.min, whole)],
        ['above the maximum', nextAbove(spec.max, whole)],
        ['not a number', Number.NaN],
        ['infinite', Number.POSITIVE_INFINITY],
        ['minus infinite', Number.NEGATIVE_INFINITY],
        ['a word for a number', String(spec.min)],
        ['a boolean for a number', true],
      ];
      if (whole) numbers.push(['a fraction for a whole number', spec.min + 0.5]);
      if (spec.type === 'integer' || spec.type === 'number') {
        return [...never, ...numbers, ['a list for one number', [spec.default]], ['the empty list', []]];
      }
      const listed = numbers.map(([reason, value]): [string, unknown] => [
        `${reason}, in a list`,
        [spec.min, value],
      ]);
      const empty: [string, unknown][] = mayBeEmpty(spec) ? [] : [['the empty list', []]];
      return [...never, ...numbers, ...listed, ['a list in a list', [[spec.min]]], ...empty];
    }
  }
}

/** Values that an option must accept. */
function fitting(spec: OptionSpec): unknown[] {
  switch (spec.type) {
    case 'boolean':
      return [true, false];
    case 'choice':
      return [...spec.choices];
    case 'model':
      return ['none', 'general', '../my model'];
    case 'integer':
    case 'number':
      return [spec.min, spec.max, spec.default];
    default:
      return [[spec.min], [spec.max, spec.min], [...spec.default], ...(mayBeEmpty(spec) ? [[]] : [])];
  }
}

describe.each(optionNames)('%s', (name: OptionName) => {
  const spec: OptionSpec = optionSpecs[name];

  test.each(misfits(spec))('refuses %s with BAD_OPTION, naming itself and the source', (_reason, value) => {
    const error = refusal({ [name]: value }, 'my.json');
    expect(error.code).toBe('BAD_OPTION');
    expect(error.message).toContain(`my.json: "${name}" is `);
    expect(error.message).toContain('expected');
  });

  test('takes its default, its smallest and largest values and every choice', () => {
    for (const value of [spec.default, ...fitting(spec)]) expect(checkOption(name, value)).toEqual(value);
  });

  test('has a help line of one phrase', () => {
    expect(spec.help).toMatch(/^\S.{10,}[^.\s]$/);
  });
});

test('without anything given, all options have their defaults', () => {
  expect(resolveOptions()).toEqual(defaultOptions);
  expect(resolveOptions({})).toEqual(defaultOptions);
  expect(Object.keys(defaultOptions)).toEqual(Object.keys(optionSpecs));
});

test('what is given replaces its default and nothing else; undefined counts as not given', () => {
  const options = resolveOptions({ hidden: [20, 10], seed: 5, alpha: undefined });
  expect(options).toEqual({ ...defaultOptions, hidden: [20, 10], seed: 5 });
});

test('one number stands for a list of one', () => {
  expect(resolveOptions({ hidden: 20, masking: 0.5 })).toMatchObject({ hidden: [20], masking: [0.5] });
});

test('resolved options are frozen and do not change with the list that was given', () => {
  const hidden = [20];
  const options = resolveOptions({ hidden });
  hidden.push(30);
  expect(options.hidden).toEqual([20]);
  expect(Object.isFrozen(options)).toBe(true);
  expect(Object.isFrozen(options.hidden)).toBe(true);
});

test('resolving twice changes nothing', () => {
  const once = resolveOptions({ hidden: [3, 2], activation: 'tanh', masking: 0.2 });
  expect(resolveOptions(once)).toEqual(once);
  expect(resolveOptions(JSON.parse(JSON.stringify(once)))).toEqual(once);
});

test.each([
  ['hiden', 'hidden'],
  ['Hidden', 'hidden'],
  ['learning_rate', 'learningRate'],
  ['learning-rate', 'learningRate'],
  ['maskign', 'masking'],
  ['pretrainEpoch', 'pretrainEpochs'],
])('an unknown option "%s" is refused with the suggestion "%s"', (written, meant) => {
  const error = refusal({ [written]: 1 });
  expect(error.code).toBe('BAD_OPTION');
  expect(error.message).toContain(`"${written}"`);
  expect(error.hint).toBe(`Did you mean "${meant}"?`);
});

test.each(['completelyDifferent', 'x', '', 'toString', '__proto__', 'constructor', 'hasOwnProperty'])(
  'an unknown option "%s" that is near to none is refused without a suggestion of something unrelated',
  (written) => {
    const error = refusal(JSON.parse(`{"${written}": 1}`));
    expect(error.code).toBe('BAD_OPTION');
    expect(error.message).toContain(`there is no option "${written}"`);
    if (error.hint) expect(error.hint).toMatch(/^Did you mean "(?:\w+)"\?$/);
  },
);

test.each([
  ['null', null],
  ['a list', [1, 2]],
  ['a word', 'seed'],
  ['a number', 3],
])('%s instead of an object of options is refused with BAD_OPTION', (_what, given) => {
  const error = refusal(given, 'my.json');
  expect(error.code).toBe('BAD_OPTION');
  expect(error.message).toContain('my.json');
});

test('any JSON value whatever is either resolved or refused with BAD_OPTION', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...optionNames, 'other'), fc.jsonValue()), (given) => {
      try {
        resolveOptions(given);
      } catch (error) {
        expect((error as StarlingError).code).toBe('BAD_OPTION');
      }
    }),
  );
});

test('the last value of a per-layer list serves all deeper layers', () => {
  expect([0, 1, 2, 3].map((layer) => forLayer([0.7, 0.3], layer))).toEqual([0.7, 0.3, 0.3, 0.3]);
  expect(forLayer([5], 2)).toBe(5);
});

test('the nearest name has the fewest edits, and nothing is near to what shares nothing', () => {
  expect(nearest('ratign', ['text', 'rating', 'id'])).toBe('rating');
  expect(nearest('zzzzzzzz', ['text', 'rating', 'id'])).toBeUndefined();
  expect(nearest('text', [])).toBeUndefined();
});

test('a refused value is shown as it was written, shortened when it is long', () => {
  const shown = (value: unknown): string => refusal({ epochs: value }).message.split(', expected')[0];
  expect(shown(Number.NaN)).toBe('options: "epochs" is NaN');
  expect(shown('three')).toBe('options: "epochs" is "three"');
  expect(shown(5n)).toBe('options: "epochs" is 5');
  expect(shown({ a: [1] })).toBe('options: "epochs" is {"a":[1]}');
  expect(shown([Number.POSITIVE_INFINITY])).toBe('options: "epochs" is ["Infinity"]');
  expect(shown('x'.repeat(1000)).length).toBeLessThan(90);
});

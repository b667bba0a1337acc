import { describe, expect, test } from 'vitest';
import { defaultOptions, type OptionName, resolveOptions } from '../../src/options.ts';
import { encoderKey, SHARING, trialOptions } from '../../src/tuning/sample.ts';
import { changesEncoders, checkSpace, defaultSpace, type Range } from '../../src/tuning/space.ts';

describe('a space', () => {
  test('by default is one that a user could have written', () => {
    expect(checkSpace(JSON.parse(JSON.stringify(defaultSpace)), 'default')).toEqual(defaultSpace);
  });

  test.each([
    ['a list', [], 'is no object of options'],
    ['nothing', {}, 'nothing is to be searched'],
    ['an option that there is not', { dropuot: [0.1] }, 'there is no option "dropuot"'],
    ['the seed', { seed: [1, 2] }, '"seed" cannot be searched'],
    ['folds', { folds: [2, 3] }, '"folds" cannot be searched'],
    ['no value', { dropout: [] }, '"dropout" has no value to choose from'],
    ['a value out of its range', { dropout: [0.5, 2] }, '"dropout" is 2, expected a number from 0 to 0.99'],
    ['an end out of its range', { dropout: { min: 0, max: 2 } }, '"dropout" is 2'],
    ['a range upside down', { dropout: { min: 0.5, max: 0.1 } }, '"dropout" is {'],
    ['a range with a typing mistake', { dropout: { min: 0, max: 0.5, lg: true } }, '"dropout" is {'],
    ['a logarithm from zero', { learningRate: { min: 0, max: 1, log: true } }, 'begins above 0'],
    ['a range of a choice', { head: { min: 0, max: 1 } }, 'expected a list of values'],
  ])('of %s is refused', (_name, given, message) => {
    expect(() => checkSpace(given, 'space.json')).toThrow(message);
    expect(() => checkSpace(given, 'space.json')).toThrow(/^space\.json: /);
  });
});

describe('the options of a trial', () => {
  const base = resolveOptions({ seed: 7 });
  const range = (name: OptionName) => defaultSpace[name] as Range;

  test('the first are those that were given', () => {
    expect(trialOptions(base, defaultSpace, 1)).toEqual(base);
  });

  test('depend on the seed and the number alone', () => {
    expect(trialOptions(base, defaultSpace, 9)).toEqual(trialOptions(base, defaultSpace, 9));
    expect(trialOptions(base, defaultSpace, 9)).not.toEqual(trialOptions(base, defaultSpace, 10));
    const other = { ...trialOptions({ ...base, seed: 8 }, defaultSpace, 9), seed: 7 };
    expect(other).not.toEqual(trialOptions(base, defaultSpace, 9));
  });

  test('share encoders in fours, the first four those of the options given', () => {
    const keys = Array.from({ length: 3 * SHARING }, (_, i) =>
      encoderKey(trialOptions(base, defaultSpace, i + 1)),
    );
    for (let block = 0; block < 3; block++) {
      expect(new Set(keys.slice(block * SHARING, (block + 1) * SHARING)).size).toBe(1);
    }
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]).toBe(encoderKey(base));
  });

  test('stay within the space, cover it, and change nothing else', () => {
    const trials = Array.from({ length: 400 }, (_, i) => trialOptions(base, defaultSpace, i + 2));
    const { min, max } = range('learningRate');
    const rates = trials.map(({ learningRate }) => learningRate);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(min);
    expect(Math.max(...rates)).toBeLessThanOrEqual(max);
    // Drawn along the logarithm, half lie below the geometric mean.
    const below = rates.filter((rate) => rate < Math.sqrt(min * max)).length;
    expect(below).toBeGreaterThan(150);
    expect(below).toBeLessThan(250);
    for (const n of [1, 2, 3]) expect(trials.some(({ ngrams }) => ngrams === n)).toBe(true);
    const changed = Object.keys(defaultOptions).filter((name) =>
      trials.some((trial) => String(trial[name as OptionName]) !== String(base[name as OptionName])),
    );
    expect(changed.sort()).toEqual(Object.keys(defaultSpace).sort());
  });

  test('whole numbers of a range are whole', () => {
    const trials = Array.from({ length: 20 }, (_, i) =>
      trialOptions(base, { batchSize: { min: 8, max: 11, log: false } }, i + 2),
    );
    expect(new Set(trials.map(({ batchSize }) => batchSize))).toEqual(new Set([8, 9, 10, 11]));
  });
});

test('what changes the encoders is text, network and pre-training, but not the head', () => {
  const names: OptionName[] = ['ngrams', 'hidden', 'masking', 'head', 'dropout', 'learningRate'];
  expect(names.filter(changesEncoders)).toEqual(['ngrams', 'hidden', 'masking']);
});

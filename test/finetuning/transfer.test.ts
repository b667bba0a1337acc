/** What a training takes over of another model: the same units, a head to begin with, and when it does not. */
import { describe, expect, test } from 'vitest';
import { beginHead, isMirrored, type TransferData, takeOver } from '../../src/finetuning/transfer.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { toRowMajor } from '../../src/network/matrix.ts';
import { createNetwork, type LayerData } from '../../src/network/network.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import type { EncoderData } from '../../src/pretraining/encoders.ts';
import { RandomStream } from '../../src/random.ts';
import { Vectorizer } from '../../src/text/vectorizer.ts';

const stream = RandomStream.fromSeed(3);

function layer(inputs: number, units: number, name: string): LayerData {
  const draw = (n: number, part: string): Float32Array =>
    Float32Array.from({ length: n }, (_, i) => stream.split(name).split(part).uniform(i) - 0.5);
  return { inputs, units, weights: draw(inputs * units, 'w'), bias: draw(units, 'b') };
}

const options = resolveOptions({ hidden: [3] });

function encoders(terms: string[], given: Options = options): EncoderData {
  const vocabulary = { terms, documentFrequency: new Uint32Array(terms.length).fill(2), documents: 9 };
  const vectorizer = new Vectorizer(given, vocabulary);
  return { vectorizer, layers: [layer(terms.length, 3, 'own')], summary: [], reviews: 9 };
}

function other(terms: string[], given: Partial<Options> = {}): TransferData {
  const layers = [layer(terms.length, 2, 'other'), layer(2, 5, 'head')];
  return { name: 'elders', options: resolveOptions({ hidden: [2], ...given }), terms, layers };
}

/** x W + b of a text, in float64, with the terms looked up by name. */
function sums(text: string, terms: readonly string[], { units, weights, bias }: LayerData): number[] {
  const words = text.split(' ');
  const runs = new Set(words.flatMap((word, i) => [word, `${word} ${words[i + 1]}`]));
  return Array.from({ length: units }, (_, unit) =>
    terms.reduce((sum, term, row) => (runs.has(term) ? sum + weights[row * units + unit] : sum), bias[unit]),
  );
}

const OWN = ['good', 'bad', 'soup', 'good soup'];
const OTHER = ['bad', 'slow', 'good', 'bad soup'];
const TEXTS = ['good soup', 'bad soup slow', 'slow', 'nothing known', 'good bad soup'];

describe('units that stand beside', () => {
  const { encoders: both, options: now } = takeOver(encoders(OWN), options, other(OTHER));

  test('own and other units get from a text what they got alone, whichever vocabulary has the term', () => {
    const [own, theirs] = [encoders(OWN).layers[0], other(OTHER).layers[0]];
    const { terms } = both.vectorizer.vocabulary;
    for (const text of TEXTS) {
      const expected = [...sums(text, OWN, own), ...sums(text, OTHER, theirs)];
      const found = sums(text, terms, both.layers[0]);
      for (const [unit, sum] of found.entries()) expect(sum).toBeCloseTo(expected[unit], 6);
    }
  });

  test('the vectorizer finds the terms of both, own ones where they were', () => {
    expect(both.vectorizer.vocabulary.terms).toEqual([...OWN, 'slow', 'bad soup']);
    expect([...both.vectorizer.transform(['bad soup slow']).columns]).toEqual([1, 2, 4, 5]);
    expect([...both.vectorizer.vocabulary.documentFrequency]).toEqual([2, 2, 2, 2, 0, 0]);
    expect(both.layers[0]).toMatchObject({ inputs: 6, units: 5 });
    expect(now.hidden).toEqual([5]);
    expect(both.head).toEqual(other(OTHER).layers[1]);
  });

  test('of a head with one output nothing is taken: it knows no levels', () => {
    const data = other(OTHER, { head: 'linear' });
    const single = { ...data, layers: [data.layers[0], layer(2, 1, 'head')] };
    const { encoders: begun, taken } = takeOver(encoders(OWN), options, single);
    expect(taken).toEqual({ model: 'elders', units: 2 });
    expect(begun.head).toBeUndefined();
  });

  test('runs of more words than are asked for are left out', () => {
    const single = resolveOptions({ hidden: [3], ngrams: 1 });
    const { encoders: begun } = takeOver(encoders(['good', 'bad'], single), single, other(OTHER));
    expect(begun.vectorizer.vocabulary.terms).toEqual(['good', 'bad', 'slow']);
  });
});

describe('a head begins with an earlier one', () => {
  const engine = createEngine(1, 'wasm');
  const earlier = layer(2, 5, 'head');
  const begun = (outputs: number, mirrored: boolean) => {
    const shape = { ...options, hidden: [5], inputs: 4, outputs };
    const { head } = createNetwork(engine, shape, stream);
    const before = toRowMajor(head.weights);
    beginHead(head, earlier, mirrored);
    return { rows: toRowMajor(head.weights), bias: head.bias, before };
  };
  const row = (of: Float32Array, unit: number, width: number): number[] => [
    ...of.subarray(unit * width, (unit + 1) * width),
  ];

  test('on the same levels it is the earlier one for the last units; the first are left alone', () => {
    const { rows, bias, before } = begun(5, false);
    for (const unit of [0, 1, 2]) expect(row(rows, unit, 5)).toEqual(row(before, unit, 5));
    for (const unit of [0, 1]) expect(row(rows, 3 + unit, 5)).toEqual(row(earlier.weights, unit, 5));
    expect([...bias.subarray(0, 5)]).toEqual([...earlier.bias]);
  });

  test('mirrored, the highest level begins as the lowest', () => {
    const { rows, bias } = begun(5, true);
    for (const unit of [0, 1])
      expect(row(rows, 3 + unit, 5)).toEqual(row(earlier.weights, unit, 5).reverse());
    expect([...bias.subarray(0, 5)]).toEqual([...earlier.bias].reverse());
  });

  test('other levels are laid over the earlier ones from end to end, between two of them in between', () => {
    const [first, second, , fourth, fifth] = row(earlier.weights, 0, 5);
    expect(row(begun(2, false).rows, 3, 2)).toEqual([first, fifth]);
    const nine = row(begun(9, false).rows, 3, 9);
    expect(nine[1]).toBeCloseTo((first + second) / 2, 6);
    expect(nine[2]).toBeCloseTo(second, 6);
    expect(nine[7]).toBeCloseTo((fourth + fifth) / 2, 6);
    expect(nine[8]).toBeCloseTo(fifth, 6);
  });
});

describe('nothing is taken over, and it is said why', () => {
  const said = (given: EncoderData, own: Options, data: TransferData): string => {
    const rules: string[] = [];
    const begun = takeOver(given, own, data, ({ rule }) => rules.push(rule!));
    expect(begun.encoders).toBe(given);
    expect(begun.options).toBe(own);
    expect(rules).toHaveLength(1);
    return rules[0];
  };

  test('when the words are others', () => {
    const german = encoders(['gut', 'schlecht', 'suppe', 'bad']);
    expect(said(german, options, other(OTHER))).toBe(
      'hidden units: none of the model elders are taken over, since it knows 25 % of the most frequent terms here, and must know half ("transfer" to choose)',
    );
  });

  test.each([
    ['stem', true],
    ['stopWords', true],
    ['punctuation', false],
    ['weighting', 'counts'],
    ['activation', 'tanh'],
    ['alpha', 2],
    ['negateHalf', true],
  ] as const)('when its units compute something else: %s', (name, value) => {
    const data = other(OTHER, { [name]: value });
    expect(said(encoders(OWN), options, data)).toContain(`since "${name}" is ${value} there and`);
  });

  test('when there is no pre-trained layer, or more than one, here or there', () => {
    const bare = { ...encoders(OWN), layers: [] };
    const one = 'since they would stand beside one pre-trained hidden layer only';
    expect(said(bare, options, other(OTHER))).toContain(one);
    expect(said(encoders(OWN), resolveOptions({ hidden: [] }), other(OTHER))).toContain(one);
    const deep = { ...encoders(OWN), layers: [layer(4, 3, 'a'), layer(3, 3, 'b')] };
    expect(said(deep, resolveOptions({ hidden: [3, 3] }), other(OTHER))).toContain(one);
    const data = other(OTHER);
    expect(said(encoders(OWN), options, { ...data, layers: [data.layers[0]] })).toContain(
      'since it has not one hidden layer',
    );
  });

  test('without a model, or without a term, nothing is said', () => {
    const told: unknown[] = [];
    for (const [own, data] of [
      [encoders(OWN), null],
      [encoders([]), other(OTHER)],
    ] as const) {
      const begun = takeOver(own, options, data, (event) => told.push(event));
      expect(begun).toEqual({ encoders: own, options, taken: null });
    }
    expect(told).toEqual([]);
  });
});

test('a scale counts as turned around when that is sure: by more than two standard errors of a correlation', () => {
  const rated = (rows: number) => Float64Array.from({ length: rows }, (_, i) => i % 4);
  const actual = (rows: number, of: readonly number[]) =>
    Float64Array.from({ length: rows }, (_, i) => of[i % 4]);
  const down = [4, 3, 2, 1];
  expect(isMirrored(rated(8), actual(8, down))).toBe(true);
  expect(isMirrored(rated(4), actual(4, down))).toBe(false); // -1 times 2 is no more than 2
  const vaguely = [3, 1, 3, 1]; // correlation -0.447
  expect(isMirrored(rated(16), actual(16, vaguely))).toBe(false);
  expect(isMirrored(rated(24), actual(24, vaguely))).toBe(true);
  expect(isMirrored(rated(400), actual(400, [1, 2, 3, 4]))).toBe(false);
  expect(isMirrored(rated(400), actual(400, [3, 3, 3, 3]))).toBe(false);
  expect(isMirrored(new Float64Array(400).fill(3), actual(400, down))).toBe(false);
});

test('only the 500 most frequent terms decide whether the words are the same', () => {
  const common = Array.from({ length: 500 }, (_, i) => `common${i}`);
  const rare = Array.from({ length: 2000 }, (_, i) => `rare${i}`);
  expect(takeOver(encoders([...common, ...rare]), options, other(common)).taken).not.toBeNull();
  expect(takeOver(encoders([...rare, ...common]), options, other(common)).taken).toBeNull();
});

test('what is taken over is said in figures', () => {
  const rules: unknown[] = [];
  takeOver(encoders(OWN), options, other(OTHER), ({ rule }) => rules.push(rule));
  expect(rules).toEqual(['hidden units: 2 of the model elders beside 3 of its own ("transfer" to choose)']);
});

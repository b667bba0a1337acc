/** The sampler of reconstructed terms: which terms, how often, with which weights. */
import { describe, expect, test } from 'vitest';
import { ReconstructionSampler } from '../../src/pretraining/reconstruction-samples.ts';
import { RandomStream } from '../../src/random.ts';

const stream = RandomStream.fromSeed(8);

/** Frequencies of 200 terms that fall as words do: 1 / rank. Some never occur. */
const means = Float64Array.from({ length: 200 }, (_, i) => (i < 180 ? 0.5 / (i + 1) : 0));

function draw(sampler: ReconstructionSampler, number: number): { terms: number[]; weights: number[] } {
  const terms = new Uint32Array(sampler.most);
  const weights = new Float32Array(sampler.most);
  const count = sampler.draw(stream.split('draw', number), terms, weights);
  expect(count).toBeLessThanOrEqual(sampler.most);
  return { terms: [...terms.subarray(0, count)], weights: [...weights.subarray(0, count)] };
}

describe.each([1, 7, 40, 199])('of %i samples among 200 terms', (samples) => {
  const sampler = new ReconstructionSampler(means, samples, stream.split('order'));
  const { probability } = sampler;

  test('the probabilities lie above 0 and up to 1, fall with the frequency and add up to the samples', () => {
    expect(probability.every((p) => p > 0 && p <= 1)).toBe(true);
    for (let i = 1; i < 200; i++) expect(probability[i]).toBeLessThanOrEqual(probability[i - 1]);
    expect(probability.reduce((a, b) => a + b)).toBeCloseTo(samples, 6);
  });

  test('a term is picked with exactly its probability: within 5 standard errors over 5000 draws', () => {
    const picked = new Float64Array(200);
    for (let d = 0; d < 5000; d++) for (const term of draw(sampler, d).terms) picked[term]++;
    probability.forEach((p, term) => {
      const error = Math.sqrt((p * (1 - p)) / 5000);
      expect(Math.abs(picked[term] / 5000 - p)).toBeLessThan(5 * error + 1e-9);
    });
  });

  test('every draw has as many terms as samples, none twice, each weighing one over its probability', () => {
    for (let d = 0; d < 200; d++) {
      const { terms, weights } = draw(sampler, d);
      expect(Math.abs(terms.length - samples)).toBeLessThanOrEqual(1);
      expect(new Set(terms).size).toBe(terms.length);
      expect(weights).toEqual(terms.map((term) => Math.fround(1 / probability[term])));
    }
  });

  test('the same stream draws the same', () => {
    expect(draw(sampler, 3)).toEqual(draw(sampler, 3));
  });
});

test('asked for as many samples as there are terms, all are taken with the weight 1', () => {
  for (const samples of [200, 1000]) {
    const { terms, weights } = draw(new ReconstructionSampler(means, samples, stream), 0);
    expect([...terms].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(new Set(weights)).toEqual(new Set([1]));
  }
});

test('terms that all never occur, or occur alike, are picked alike', () => {
  for (const alike of [0, 0.3]) {
    const sampler = new ReconstructionSampler(new Float64Array(50).fill(alike), 10, stream);
    for (const p of sampler.probability) expect(p).toBeCloseTo(0.2, 9);
  }
});

test('what is negative on average (codes of a tanh layer) counts by its magnitude', () => {
  const signed = means.map((mean, i) => (i % 2 === 0 ? mean : -mean));
  const one = new ReconstructionSampler(signed, 20, stream).probability;
  expect(one).toEqual(new ReconstructionSampler(means, 20, stream).probability);
});

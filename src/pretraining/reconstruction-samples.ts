/**
 * Which zeros of a minibatch are reconstructed (Dauphin, Glorot and Bengio, ICML 2011): one sample shared by the whole
 * minibatch, so that its weight rows are read once for all reviews. Every term has the same probability of being
 * picked, count / terms, and each picked zero's cost is divided by it: the estimated cost is unbiased.
 */
import type { RandomStream } from '../random.ts';

/**
 * Draws `count` different terms of `terms` (count <= terms) by Floyd's method, ascending.
 * @param out receives the terms
 */
export function sampleTerms(stream: RandomStream, count: number, terms: number, out: Uint32Array): void {
  const picked = new Set<number>();
  for (let i = terms - count; i < terms; i++) {
    const candidate = stream.integer(i - (terms - count), i + 1);
    picked.add(picked.has(candidate) ? i : candidate);
  }
  out.set(Uint32Array.from(picked).sort());
}

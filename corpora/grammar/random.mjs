/**
 * The random numbers of the sample corpus: mulberry32 (Tommy Ettinger, public domain), one generator per review, so that
 * a review depends on the seed and its number alone. Only integer arithmetic and IEEE divisions and sums, hence the same on
 * every machine. Not for anything else: the library has its own in src/random.ts.
 */
export class Random {
  constructor(seed, index) {
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
    for (let i = 0; i < 8; i++) this.uniform();
  }

  /** In [0, 1). */
  uniform() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  chance(probability) {
    return this.uniform() < probability;
  }

  /** A whole number, 0 to bound - 1. */
  below(bound) {
    return Math.floor(this.uniform() * bound);
  }

  /** Any item, all alike. */
  pick(items) {
    return items[this.below(items.length)];
  }

  /** Any item, with a probability that falls as 1 / its position. */
  pickEarly(items) {
    let total = 0;
    for (let i = 1; i <= items.length; i++) total += 1 / i;
    let left = this.uniform() * total;
    for (let i = 1; i <= items.length; i++) {
      left -= 1 / i;
      if (left < 0) return items[i - 1];
    }
    return items[0];
  }

  /** A position, drawn in proportion to the weights. */
  weighted(weights) {
    let left = this.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i];
      if (left < 0) return i;
    }
    return weights.length - 1;
  }

  /** Roughly normal, mean 0, standard deviation 1: a sum of twelve uniform numbers, free of Math.log and Math.cos. */
  normal() {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.uniform();
    return sum;
  }

  shuffled(items) {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [result[i], result[j]] = [result[j], result[i]];
    }
    return result;
  }
}

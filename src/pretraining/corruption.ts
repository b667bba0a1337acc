/** Corruption of a minibatch, masking and salt-and-pepper: the settings of the `corrupt` kernel (minibatch.c). */
import type { Engine } from '../kernels/engine.ts';
import { Growing } from '../network/growing.ts';
import { SparseBatch } from '../network/sparse-batch.ts';
import type { RandomStream } from '../random.ts';

/**
 * Cumulative thresholds of Poisson(mean) for one random word: the drawn number is that of the thresholds that are not
 * above the word. Ends where the remaining probability is below 2^-32; empty when the mean is 0.
 */
function poissonTable(mean: number): Uint32Array {
  if (mean === 0) return new Uint32Array(0);
  const thresholds: number[] = [];
  // log of the probability of k, by recurrence: pmf(k + 1) = pmf(k) mean / (k + 1)
  let logPmf = -mean;
  let cumulative = 0;
  for (let k = 0; k <= mean || Math.exp(logPmf) > 2 ** -40; k++) {
    cumulative += Math.exp(logPmf);
    const threshold = Math.floor(cumulative * 0x1_0000_0000);
    if (threshold >= 0xffffffff) break;
    thresholds.push(threshold);
    logPmf += Math.log(mean / (k + 1));
  }
  return Uint32Array.from(thresholds);
}

export class Corruption {
  readonly noisy: SparseBatch;
  private readonly masking: number;
  private readonly table: Uint32Array;
  private readonly mark: Uint32Array;
  private readonly reviews: Uint32Array;
  private readonly saltMost: number;
  private readonly growing: Growing<Uint32Array>;

  /**
   * @param masking p0, probability that an entry is set to zero
   * @param salt p1, probability that a zero is set to one
   */
  constructor(engine: Engine, capacity: number, cols: number, masking: number, salt: number) {
    this.noisy = new SparseBatch(engine, capacity, cols);
    this.masking = masking;
    // A Poisson number of picks with repeats, -log(1 - p1) for each column on average, leaves a column unpicked with the
    // probability 1 - p1, independently of the others.
    const table = poissonTable(-cols * Math.log1p(-salt));
    this.growing = Growing.u32(engine.arena, Math.max(16, table.length));
    this.table = this.growing.current;
    this.table.set(table);
    this.saltMost = table.length;
    this.mark = engine.arena.u32(cols);
    this.reviews = engine.arena.u32(capacity);
  }

  /**
   * Draws the corrupted copy of a minibatch into `noisy`. What a review gets depends on the stream and its number only.
   * @param reviews number of each row's review
   */
  draw(engine: Engine, batch: SparseBatch, reviews: ArrayLike<number>, stream: RandomStream): SparseBatch {
    const { noisy } = this;
    const mask = stream.split('mask');
    const salt = stream.split('salt');
    this.reviews.set(reviews);
    noisy.rows = batch.rows;
    noisy.binary = batch.binary;
    // One place more than can be kept: the kernel writes an entry before it knows whether it stays.
    const most = batch.entries + batch.rows * this.saltMost + 1;
    const columns = noisy.growingColumns.atLeast(most);
    const values = noisy.growingValues.atLeast(batch.binary ? 1 : most);
    engine.run(
      'corrupt',
      1,
      batch.rows,
      batch.rowStart.byteOffset,
      batch.columns.byteOffset,
      batch.valuesAddress,
      this.reviews.byteOffset,
      Math.floor(this.masking * 0x1_0000_0000),
      mask.key0,
      mask.key1,
      this.table.byteOffset,
      this.saltMost,
      salt.key0,
      salt.key1,
      batch.cols,
      this.mark.byteOffset,
      noisy.rowStart.byteOffset,
      columns.byteOffset,
      values.byteOffset,
    );
    return noisy;
  }
}

/**
 * Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). A number depends only on its key and its counter, never on how many were drawn before, so the
 * same seed gives the same numbers in any order, on any number of threads, and the C kernels draw the same ones.
 * Streams are split by name: what one part draws never shifts what another part draws.
 */

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/**
 * One Threefry-2x32-20 block: two 32-bit words from a two-word key and a two-word counter.
 * @param out receives the two words as unsigned 32-bit numbers
 */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const k2 = 0x1bd11bda ^ k0 ^ k1;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round & 7];
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if ((round & 3) === 3) {
      const group = (round >> 2) + 1;
      const a = group % 3;
      x0 = (x0 + (a === 0 ? k0 : a === 1 ? k1 : k2)) | 0;
      const b = (group + 1) % 3;
      x1 = (x1 + (b === 0 ? k0 : b === 1 ? k1 : k2) + group) | 0;
    }
  }
  out[0] = x0;
  out[1] = x1;
}

/** A named stream of random numbers, addressed by counter. Immutable; cheap to split. */
export class RandomStream {
  readonly key0: number;
  readonly key1: number;
  private readonly block = new Uint32Array(2);

  private constructor(key0: number, key1: number) {
    this.key0 = key0 >>> 0;
    this.key1 = key1 >>> 0;
  }

  /** The root stream of a seed: any integer from 0 to 2^53 - 1. */
  static fromSeed(seed: number): RandomStream {
    return new RandomStream(seed % 0x1_0000_0000, Math.floor(seed / 0x1_0000_0000));
  }

  /** A stream of its own for a named purpose (and an index: a layer, an epoch, a fold). */
  split(name: string, index = 0): RandomStream {
    let k0 = this.key0;
    let k1 = this.key1;
    for (let i = 0; i < name.length; i++) {
      threefry2x32(k0, k1, name.charCodeAt(i), 0x73706c74, this.block);
      [k0, k1] = this.block;
    }
    threefry2x32(k0, k1, index, 0x696e6478, this.block);
    return new RandomStream(this.block[0], this.block[1]);
  }

  /** A 32-bit word, 0 to 2^32 - 1, for a counter 0 to 2^53 - 1. */
  word(counter: number): number {
    const pair = Math.floor(counter / 2);
    threefry2x32(this.key0, this.key1, pair % 0x1_0000_0000, Math.floor(pair / 0x1_0000_0000), this.block);
    return this.block[counter % 2];
  }

  /** A uniform number in [0, 1) with 32 random bits. */
  uniform(counter: number): number {
    return this.word(counter) / 0x1_0000_0000;
  }

  /** A uniform integer in [0, bound). The bias is below bound / 2^32. */
  integer(counter: number, bound: number): number {
    return Math.floor((this.word(counter) * bound) / 0x1_0000_0000);
  }

  /** Fisher-Yates shuffle, in place. */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i, i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** The numbers 0 to length - 1 in random order. */
  permutation(length: number): Int32Array {
    return this.shuffle(Int32Array.from({ length }, (_, i) => i));
  }
}

/** 32 bits of a hash of a whole number below 2^53. */
function hashOf(key: number): number {
  const low = key % 4294967296;
  const high = (key - low) / 4294967296;
  let hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d);
}

/**
 * A hash table from pairs of small integers to an integer, in typed arrays: n-grams as (number of the first n - 1 words,
 * last word). A Map would allocate a heap number for each of millions of keys.
 */
export class PairTable {
  private readonly radix: number;
  private keys: Float64Array;
  private values: Int32Array;
  private mask: number;
  private used = 0;

  /** @param radix second members are below it; first x radix stays below 2^53 */
  constructor(radix: number, capacity = 1024) {
    this.radix = radix;
    const size = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.keys = new Float64Array(size).fill(-1);
    this.values = new Int32Array(size);
    this.mask = size - 1;
  }

  /** Number of pairs. */
  get size(): number {
    return this.used;
  }

  /** The pair's value, or -1. */
  get(first: number, second: number): number {
    const slot = this.slotOf(first * this.radix + second);
    return this.keys[slot] < 0 ? -1 : this.values[slot];
  }

  /** The pair's value; a new pair gets the number of pairs before it. */
  intern(first: number, second: number): number {
    const key = first * this.radix + second;
    let slot = this.slotOf(key);
    if (this.keys[slot] >= 0) return this.values[slot];
    if (this.used * 2 > this.mask) {
      this.grow();
      slot = this.slotOf(key);
    }
    this.keys[slot] = key;
    this.values[slot] = this.used;
    return this.used++;
  }

  private slotOf(key: number): number {
    let slot = hashOf(key) & this.mask;
    while (this.keys[slot] >= 0 && this.keys[slot] !== key) slot = (slot + 1) & this.mask;
    return slot;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Float64Array(keys.length * 2).fill(-1);
    this.values = new Int32Array(keys.length * 2);
    this.mask = this.keys.length - 1;
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] < 0) continue;
      const slot = this.slotOf(keys[i]);
      this.keys[slot] = keys[i];
      this.values[slot] = values[i];
    }
  }
}

/**
 * At most how often pairs have been counted, in a byte each: pairs of one hash share theirs. Nearly all runs of words are rare,
 * and what was counted too rarely here needs no place in a table, which takes thirty times the memory.
 */
export class PairSieve {
  private readonly radix: number;
  private readonly counts: Uint8Array;

  /** @param radix as of `PairTable` @param pairs how many will be counted, repeats included */
  constructor(radix: number, pairs: number) {
    this.radix = radix;
    this.counts = new Uint8Array(2 ** Math.min(27, Math.max(10, Math.ceil(Math.log2(pairs + 1)))));
  }

  add(first: number, second: number): void {
    const at = this.placeOf(first, second);
    if (this.counts[at] < 255) this.counts[at]++;
  }

  /** False only when the pair was counted less often than that. */
  mayHave(first: number, second: number, least: number): boolean {
    return this.counts[this.placeOf(first, second)] >= Math.min(least, 255);
  }

  private placeOf(first: number, second: number): number {
    return hashOf(first * this.radix + second) & (this.counts.length - 1);
  }
}

/**
 * Random numbers for the programs of this folder, the same for the same seed: mulberry32 (Tommy Ettinger, public domain). Not
 * for the toolkit itself, whose numbers are addressed by name and counter (src/random.ts).
 */

/** Numbers from 0 to 1, one by one. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Reviews that are easy to learn: what they say is what they are rated. */
import type { Review } from '../src/index.ts';
import { RandomStream } from '../src/random.ts';

const good = ['fine', 'lovely', 'warm', 'fresh', 'quick', 'kind'];
const bad = ['cold', 'rude', 'slow', 'dirty', 'stale', 'loud'];

/** Reviews whose rating is 1 + the number of good words of 4; each text is its own. */
export function madeUp(count: number, rated: boolean, seed: number): Review[] {
  const stream = RandomStream.fromSeed(seed);
  return Array.from({ length: count }, (_, i) => {
    const draw = (n: number, k: number): number => stream.split('review', i).integer(k, n);
    const goods = draw(5, 0);
    const words = [0, 1, 2, 3].map((k) => (k < goods ? good : bad)[draw(6, k + 1)]);
    return { text: `visit number${i} ${words.join(' ')}`, rating: rated ? 1 + goods : null } as Review;
  });
}

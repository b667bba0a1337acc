/** temporary: replaced by the folds of the evaluation */
import type { RandomStream } from '../random.ts';
export function stratifiedSplit(ratings: ArrayLike<number>, _groups: ArrayLike<number>, fraction: number, stream: RandomStream): Uint8Array {
  const order = [...stream.permutation(ratings.length)].sort((a, b) => ratings[a] - ratings[b]);
  const part = new Uint8Array(ratings.length);
  if (fraction > 0) order.forEach((row, i) => { if (Math.floor((i + 1) * fraction) > Math.floor(i * fraction)) part[row] = 1; });
  return part;
}

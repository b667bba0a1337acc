/** Small corpora, folders that are taken away, and what of a result must be the same after going on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Options, Review } from '../../src/index.ts';

export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'starling-checkpoint-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const words = [
  'good',
  'bad',
  'fine',
  'awful',
  'kind',
  'rude',
  'warm',
  'cold',
  'fresh',
  'stale',
  'soup',
  'staff',
];

/** @param unratedFrom reviews from this one on have no rating */
export function sampleReviews(count: number, unratedFrom = count): Review[] {
  return Array.from({ length: count }, (_, i) => {
    const rating = 1 + (i % 5);
    const text = Array.from(
      { length: 9 },
      (_, k) => words[(i * 7 + k * k * rating + (k % rating)) % words.length],
    );
    return { id: String(i), text: `${text.join(' ')} ${i % 40}`, rating: i < unratedFrom ? rating : null };
  });
}

export const small: Partial<Options> = {
  hidden: [12, 6],
  wide: false,
  pretrainEpochs: [2, 3],
  pretrainBatchSize: 16,
  reconstructionSamples: [10],
  batchSize: 16,
  epochs: 4,
  patience: 2,
  dropout: 0.2,
  wordDropout: 0.1,
  threads: 1,
};

/** Without the times that were taken, which no two runs have in common. */
export function withoutTimes<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (name, inner) =>
      name === 'seconds' || name === 'reviewsPerSecond'
        ? 0
        : ArrayBuffer.isView(inner)
          ? Array.from(inner as Float64Array)
          : inner,
    ),
  ) as T;
}

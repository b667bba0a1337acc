/** Progress of a long run over reviews: speed, time left, and a breath for the event loop now and then. */
import type { OnProgress, Progress } from '../progress.ts';

/** Milliseconds between two breaths, and between two progress events within an epoch. */
const BREATH = 100;

export class Pace {
  private readonly parts: readonly number[];
  private readonly onProgress: OnProgress | undefined;
  private readonly done: number[];
  private readonly spent: number[];
  private readonly skipped: number[];
  private last = performance.now();
  private lastBreath = performance.now();

  /** @param parts reviews to be worked on in each part of the run (a layer's epochs) */
  constructor(parts: readonly number[], onProgress?: OnProgress) {
    this.parts = parts;
    this.onProgress = onProgress;
    this.done = parts.map(() => 0);
    this.spent = parts.map(() => 0);
    this.skipped = parts.map(() => 0);
  }

  /** Says that `reviews` of a part were worked on by an earlier run. */
  skip(part: number, reviews: number): void {
    this.done[part] += reviews;
    this.skipped[part] += reviews;
  }

  /** Says that `reviews` more of a part are done; tells the listener, and lets other work of the process run. */
  async advance(
    part: number,
    reviews: number,
    epochEnd: boolean,
    what: Omit<Progress, 'fraction' | 'epochEnd' | 'reviewsPerSecond' | 'secondsLeft'>,
  ): Promise<void> {
    const now = performance.now();
    this.spent[part] += (now - this.last) / 1000;
    this.last = now;
    this.done[part] += reviews;
    if (!epochEnd && now - this.lastBreath < BREATH) return;
    this.lastBreath = now;
    const reviewsPerSecond = (this.done[part] - this.skipped[part]) / Math.max(this.spent[part], 1e-9);
    const total = this.parts.reduce((a, b) => a + b, 0);
    const allDone = this.done.reduce((a, b) => a + b, 0);
    const left = this.parts.reduce(
      (sum, reviewsOfPart, i) => sum + Math.max(0, reviewsOfPart - this.done[i]),
      0,
    );
    this.onProgress?.({
      ...what,
      fraction: Math.min(1, allDone / Math.max(1, total)),
      epochEnd,
      reviewsPerSecond,
      secondsLeft: left / reviewsPerSecond,
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.last = performance.now();
  }
}

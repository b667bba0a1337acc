/** Whether there is time for one more trial, judged by those that this run has made. Not what stops a trial: that ends by itself. */
export class Clock {
  private readonly seconds: number;
  private readonly began: number;
  /** Seconds of each pre-training, and of each fine-tuning with its judgement. */
  private readonly pretrained: number[] = [];
  private readonly fits: { readonly reviews: number; readonly seconds: number }[] = [];
  private readonly now: () => number;

  /**
   * @param seconds within which trials end, 0 for none
   * @param now milliseconds
   */
  constructor(seconds: number, now = () => performance.now()) {
    this.seconds = seconds;
    this.now = now;
    this.began = now();
  }

  /** @param pretraining seconds of it; null when the encoders were there */
  spent(reviews: number, pretraining: number | null, fit: number): void {
    if (pretraining !== null) this.pretrained.push(pretraining);
    this.fits.push({ reviews, seconds: fit });
  }

  /**
   * @param reviews that the trial learns from
   * @param pretrains false when its encoders are there
   */
  allows(reviews: number, pretrains: boolean): boolean {
    if (this.seconds === 0) return false;
    // The first is made in any case: reading alone may have taken longer.
    if (this.fits.length === 0) return true;
    const alike = this.fits.filter((fit) => fit.reviews === reviews);
    // As many seconds per review, as long as there is none to say better.
    const fits = alike.length > 0 ? alike : this.fits;
    const expected =
      mean(fits.map((fit) => (fit.seconds * reviews) / fit.reviews)) +
      (pretrains && this.pretrained.length > 0 ? mean(this.pretrained) : 0);
    return (this.now() - this.began) / 1000 + expected <= this.seconds;
  }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * The work of the server: requests in slices, slices on worker threads. Those of one slice and those of several take turns,
 * so that one text does not wait for the thousand before it; among their kind, first come, first served: if all shared the
 * workers equally, then under load none would end in time. A request that is given up (its client has gone, its time is over) has no
 * further slice run; one whose slice does not end loses its worker, and another worker takes its place.
 */
import { Worker } from 'node:worker_threads';
import { workerFile } from '../kernels/node-worker-file.ts';
import type { ModelData } from '../model/sentiment-model.ts';
import { ApiError, busy } from './api-error.ts';
import type { Slice, SliceAnswer } from './rating-worker.ts';
import type { Kind } from './texts.ts';

/**
 * A slice ends when it has this many texts or characters: some ten milliseconds of work. Much less, and a worker would
 * wait for the thread that listens after each slice, which is long when that has thousands to refuse.
 */
const SLICES = {
  predict: { texts: 64, characters: 65_536 },
  explain: { texts: 16, characters: 4096 },
} as const;

/** Seconds. */
const LONGEST_START = 600;

interface Work {
  readonly slices: readonly Slice[];
  readonly pieces: Uint8Array[];
  /** The next slice that is to be run; how many are done. */
  next: number;
  done: number;
  settled: boolean;
  /** Of its turn; from then on, of its work. */
  timer: NodeJS.Timeout | undefined;
  readonly seconds: number;
  readonly resolve: (pieces: Uint8Array[]) => void;
  readonly reject: (error: Error) => void;
}

interface Lane {
  readonly worker: Worker;
  /** Null while it is free, and until it has loaded the model. */
  running: { readonly work: Work; readonly index: number } | null;
  ready: boolean;
}

export interface QueueSettings {
  readonly model: ModelData;
  /** Most worker threads; they are started when they are needed. */
  readonly workers: number;
  /** Longest wait for its turn, and from then on longest work, of a request. */
  readonly workSeconds: number;
  /** Is told why a worker failed. */
  readonly onFailure: (why: string) => void;
}

export class RatingQueue {
  private readonly settings: QueueSettings;
  /** Those that have slices to be run, of one slice and of several, in the order in which they came. */
  private readonly short: Work[] = [];
  private readonly long: Work[] = [];
  private longIsNext = false;
  private readonly lanes = new Set<Lane>();
  private closed = false;

  constructor(settings: QueueSettings) {
    this.settings = settings;
  }

  /** Starts the first worker, however long its model takes to load. @throws ApiError when it cannot */
  async start(): Promise<void> {
    await this.submit('predict', [''], new AbortController().signal, LONGEST_START);
  }

  /**
   * @param signal aborted when nobody waits for the answer any more
   * @returns bytes of JSON: the results of the texts with commas between
   * @throws ApiError TIMEOUT, BUSY when its turn never came, INTERNAL
   */
  run(kind: Kind, texts: readonly string[], signal: AbortSignal): Promise<Uint8Array[]> {
    return this.submit(kind, texts, signal, this.settings.workSeconds);
  }

  private async submit(
    kind: Kind,
    texts: readonly string[],
    signal: AbortSignal,
    seconds: number,
  ): Promise<Uint8Array[]> {
    let giveUp: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const work: Work = {
          slices: slicesOf(kind, texts),
          pieces: [],
          next: 0,
          done: 0,
          settled: false,
          timer: undefined,
          seconds,
          resolve,
          reject,
        };
        giveUp = () => this.end(work, new ApiError('BAD_REQUEST', 'the client has gone'));
        if (signal.aborted) return giveUp();
        signal.addEventListener('abort', giveUp);
        this.setTimer(work);
        (work.slices.length === 1 ? this.short : this.long).push(work);
        this.assign();
      });
    } finally {
      if (giveUp) signal.removeEventListener('abort', giveUp);
    }
  }

  /** Ends the workers; what still ran is refused. */
  async close(): Promise<void> {
    this.closed = true;
    const lanes = [...this.lanes];
    for (const { running } of lanes)
      if (running) this.end(running.work, new ApiError('STOPPING', 'the server is stopping'));
    for (const work of this.waiting) this.end(work, new ApiError('STOPPING', 'the server is stopping'));
    await Promise.all(lanes.map(({ worker }) => worker.terminate()));
  }

  private get waiting(): readonly Work[] {
    return [...this.short, ...this.long];
  }

  private assign(): void {
    while (this.short.length + this.long.length > 0) {
      const lane = [...this.lanes].find(({ ready, running }) => ready && !running);
      if (!lane) {
        const loading = [...this.lanes].some(({ ready }) => !ready);
        if (!loading && !this.closed && this.lanes.size < this.settings.workers) this.open();
        return;
      }
      const queue =
        this.short.length === 0 || (this.longIsNext && this.long.length > 0) ? this.long : this.short;
      this.longIsNext = queue === this.short;
      const work = queue[0];
      if (work.next === 0) this.setTimer(work); // what has waited long is not begun in vain
      const index = work.next++;
      if (work.next === work.slices.length) queue.shift();
      lane.running = { work, index };
      lane.worker.postMessage(work.slices[index]);
    }
  }

  private open(): void {
    const worker = new Worker(workerFile('rating-worker', import.meta.url), {
      workerData: this.settings.model,
    });
    const lane: Lane = { worker, running: null, ready: false };
    this.lanes.add(lane);
    worker.on('message', (answer: SliceAnswer) => this.hear(lane, answer));
    worker.on('error', (error) => this.lose(lane, String(error.stack ?? error)));
    worker.on('exit', () => this.lose(lane, 'a worker ended'));
  }

  private hear(lane: Lane, answer: SliceAnswer): void {
    const { running } = lane;
    lane.ready = true;
    lane.running = null;
    if (running) {
      const { work, index } = running;
      if ('failed' in answer) {
        this.settings.onFailure(answer.failed);
        this.end(work, new ApiError('INTERNAL', 'this is a bug in starling'));
      } else {
        work.pieces[index] = answer.bytes;
        if (++work.done === work.slices.length) this.end(work, null);
      }
    }
    this.assign();
  }

  /** A worker that is no more: its request fails, or all do if it never came to life. */
  private lose(lane: Lane, why: string): void {
    if (!this.lanes.delete(lane) || this.closed) return;
    this.settings.onFailure(why);
    const failure = new ApiError('INTERNAL', 'the worker of this request ended');
    if (lane.running) this.end(lane.running.work, failure);
    if (!lane.ready && this.lanes.size === 0) for (const work of this.waiting) this.end(work, failure);
    this.assign();
  }

  private setTimer(work: Work): void {
    clearTimeout(work.timer);
    work.timer = setTimeout(() => this.timeOut(work), 1000 * work.seconds);
  }

  private timeOut(work: Work): void {
    const { workSeconds } = this.settings;
    const stuck = [...this.lanes].filter(({ running }) => running?.work === work);
    const begun = work.next > 0;
    this.end(
      work,
      begun
        ? new ApiError(
            'TIMEOUT',
            `the work took longer than ${workSeconds} seconds`,
            'Send fewer or shorter texts at a time.',
          )
        : busy(`the turn of this request did not come within ${workSeconds} seconds`),
    );
    for (const lane of stuck) {
      this.lanes.delete(lane);
      void lane.worker.terminate();
    }
    this.assign();
  }

  private end(work: Work, error: Error | null): void {
    if (work.settled) return;
    work.settled = true;
    clearTimeout(work.timer);
    for (const queue of [this.short, this.long]) {
      const turn = queue.indexOf(work);
      if (turn >= 0) queue.splice(turn, 1);
    }
    if (error) work.reject(error);
    else work.resolve(work.pieces);
  }
}

function slicesOf(kind: Kind, texts: readonly string[]): Slice[] {
  const most = SLICES[kind];
  const slices: Slice[] = [];
  let slice: string[] = [];
  let characters = 0;
  for (const text of texts) {
    slice.push(text);
    characters += text.length;
    if (slice.length < most.texts && characters < most.characters) continue;
    slices.push({ kind, texts: slice });
    slice = [];
    characters = 0;
  }
  if (slice.length > 0) slices.push({ kind, texts: slice });
  return slices;
}

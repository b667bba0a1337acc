/**
 * `--report`: gathers, while a run goes on, what a report needs besides the results, and writes it to its place. Asked for
 * before the run: a place that cannot be written to is said at once, not after an hour.
 */
import { readTable } from '../corpus/read-table.ts';
import type { FileReport } from '../corpus/report.ts';
import type { Review } from '../corpus/review.ts';
import type { ReadOptions } from '../corpus/table.ts';
import { StarlingError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import type { PlacedReview, PretrainingEpoch, ReportFacts } from '../report/html/facts.ts';
import type { Flags } from './flags.ts';
import type { Notes } from './notes.ts';
import type { NotedReviews } from './reviews.ts';
import { openSink, type Sink } from './sink.ts';

export class ReportFile {
  readonly path: string;
  private readonly sink: Sink;
  private readonly pretraining: PretrainingEpoch[] = [];
  private reviews: NotedReviews | undefined;
  private unlabelled: NotedReviews | undefined;
  private again: () => AsyncIterable<PlacedReview> = () => nothing();

  private constructor(path: string, sink: Sink) {
    this.path = path;
    this.sink = sink;
  }

  /**
   * Null without the flag.
   * @throws StarlingError CANNOT_WRITE, BAD_OPTION
   */
  static async open({ report }: Flags): Promise<ReportFile | null> {
    if (report === undefined) return null;
    if (report === '-' || report === '') {
      throw new StarlingError(
        'BAD_OPTION',
        `--report is "${report}", expected the name of a file`,
        'Such as: --report report.html',
      );
    }
    return new ReportFile(report, await openSink(report));
  }

  /** The same listener, overheard. */
  overhear(listener: OnProgress): OnProgress {
    return (progress) => {
      const { phase, epochEnd, layer, epoch, cost } = progress;
      if (phase === 'pretrain' && epochEnd && layer && epoch && cost !== undefined) {
        this.pretraining.push({ layer, epoch, cost });
      }
      listener(progress);
    };
  }

  /** What would have been overheard, of a run that was elsewhere. */
  recall(pretraining: readonly PretrainingEpoch[]): void {
    this.pretraining.push(...pretraining);
  }

  /**
   * The same reviews. Files are read again for the texts of the worst mistakes; standard input cannot be, and is kept.
   */
  follow(files: readonly string[], reading: ReadOptions, reviews: NotedReviews): NotedReviews {
    this.reviews = reviews;
    if (!files.includes('-')) {
      this.again = () => placed(files, reading);
      return reviews;
    }
    const kept: Review[] = [];
    this.again = async function* () {
      yield* kept;
    };
    return {
      get report() {
        return reviews.report;
      },
      async *[Symbol.asyncIterator]() {
        for await (const review of reviews) {
          kept.push(review);
          yield review;
        }
      },
    };
  }

  followUnlabelled(reviews: NotedReviews | undefined): NotedReviews | undefined {
    this.unlabelled = reviews;
    return reviews;
  }

  /** @param make from `crossValidationReport` or `trainingReport` */
  async write(
    make: (facts: ReportFacts) => Promise<string>,
    encoders: string | undefined,
    notes: Notes,
  ): Promise<void> {
    const page = await make({
      reviews: orNothing(this.again(), notes),
      command: commandLine(withoutMerge(process.argv.slice(2))),
      files: reportsOf(this.reviews),
      unlabelled: reportsOf(this.unlabelled),
      encoders,
      pretraining: this.pretraining,
    });
    await this.sink.write(page);
    await this.sink.finish();
    notes.say(`The report is in ${this.path}.`);
  }
}

function reportsOf(reviews: NotedReviews | undefined): readonly FileReport[] {
  return reviews?.report.files ?? [];
}

async function* nothing(): AsyncGenerator<PlacedReview> {}

async function* placed(files: readonly string[], reading: ReadOptions): AsyncGenerator<PlacedReview> {
  for await (const { review, head } of readTable(files, reading)) yield { ...review, file: head.name };
}

/** A file that has gone away since costs the texts of the mistakes, not the report. */
async function* orNothing(reviews: AsyncIterable<PlacedReview>, notes: Notes): AsyncGenerator<PlacedReview> {
  try {
    yield* reviews;
  } catch (error) {
    if (!(error instanceof StarlingError)) throw error;
    notes.say(`The report lacks the worst mistakes, whose texts cannot be read again: ${error.message}`);
  }
}

/** The command that gives the same on one machine. */
function withoutMerge(args: readonly string[]): readonly string[] {
  return args.filter((arg, i) => !/^--merge(?:=|$)/.test(arg) && args[i - 1] !== '--merge');
}

/** The command line as a POSIX shell takes it. */
export function commandLine(args: readonly string[]): string {
  const quoted = (arg: string): string =>
    /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
  return ['starling', ...args.map(quoted)].join(' ');
}

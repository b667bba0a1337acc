/** The verbs as data: what each takes, shows in its help and runs. The code of a verb is loaded when it runs. */
import type { OptionGroup } from '../options.ts';
import type { Flags } from './flags.ts';

export interface Verb {
  readonly name: string;
  /** One sentence without its full stop. */
  readonly summary: string;
  readonly more: string;
  /** The first argument is the folder of a model. */
  readonly model?: boolean;
  /** The first argument is one of these words. */
  readonly subjects?: readonly string[];
  /** Nothing is read but the model: there are no files and no flags about them. */
  readonly noFiles?: boolean;
  /** Without files, standard input is read. */
  readonly filesOptional?: boolean;
  /** What is named may also be a text itself; without any, standard input is read. */
  readonly texts?: boolean;
  /** False: ratings are not looked at. */
  readonly ratings?: boolean;
  /** --levels, --unlabelled, --encoders; "anew": without --encoders. */
  readonly learns?: boolean | 'anew';
  /** --labels, --charts. */
  readonly experiments?: boolean;
  /** --minutes, --space, --trial, --trials. */
  readonly tunes?: boolean;
  /** --report. */
  readonly reports?: boolean;
  readonly out?: { readonly flags: string; readonly help: string; readonly mandatory: boolean };
  /** Help line of --to. */
  readonly to?: string;
  readonly distribution?: boolean;
  /** --term, --data. */
  readonly inspects?: boolean;
  /** --checkpoint, --resume. */
  readonly checkpoints?: boolean;
  /** --pieces, --merge, and what a piece of the work is. */
  readonly pieces?: 'fold' | 'shard';
  /** --host, --port and the limits of a server. */
  readonly serves?: boolean;
  /** Help line of --top. */
  readonly top?: string;
  readonly groups: readonly OptionGroup[];
  /** Those of the groups that change nothing: these verbs compute with one thread and without random numbers. */
  readonly idle?: readonly OptionGroup[];
  /** Help line of --json. */
  readonly json: string;
  readonly examples: readonly string[];
  readonly run: (operands: Operands, flags: Flags) => Promise<void>;
}

export interface Operands {
  /** Empty for a verb without model. */
  readonly model: string;
  /** Empty for a verb without subjects. */
  readonly subject: string;
  readonly files: readonly string[];
}

/** For verbs whose --out is mandatory, which commander sees to. */
const withOut = (flags: Flags): Flags & { out: string } => ({ ...flags, out: flags.out! });

export const verbs: readonly Verb[] = [
  {
    name: 'inspect',
    summary: 'Say what is in review files, and what is likely to go wrong; or what a model knows',
    more: 'Name review files, to look before training, or the folder of a model.',
    inspects: true,
    top: 'of a model: how many terms and units are listed (default: 10)',
    groups: ['text', 'run'],
    idle: ['run'],
    json: 'print one JSON object',
    examples: [
      'starling inspect reviews.csv',
      'starling inspect reviews.csv --rating stars --ngrams 2 --vocabulary-size 20000',
      'zcat reviews.jsonl.gz | starling inspect - --json',
      'starling inspect model --term delicious --data test.csv',
    ],
    run: async ({ files }, flags) => (await import('./verbs/inspect.ts')).inspect(files, flags),
  },
  {
    name: 'pretrain',
    summary: 'Learn a vocabulary and encoders from reviews, for train and crossvalidate',
    more: 'Ratings, if there are any, are not looked at.',
    ratings: false,
    out: {
      flags: '--out <dir>',
      help: 'folder of the encoders: new, or one that starling wrote',
      mandatory: true,
    },
    checkpoints: true,
    groups: ['text', 'network', 'pretraining', 'run'],
    json: 'print one JSON object when it is done',
    examples: [
      'starling pretrain unlabelled.csv --out encoders',
      'starling pretrain *.jsonl.gz --hidden 2000,500 --masking 0.7,0.3 --out encoders',
    ],
    run: async ({ files }, flags) => (await import('./verbs/pretrain.ts')).pretrain(files, withOut(flags)),
  },
  {
    name: 'train',
    summary: 'Train a model on rated reviews, with the help of unrated ones',
    more: 'Reviews without a rating, in these files or given with --unlabelled, serve vocabulary and pre-training.',
    learns: true,
    reports: true,
    out: {
      flags: '--out <dir>',
      help: 'folder of the model: new, or one that starling wrote',
      mandatory: true,
    },
    checkpoints: true,
    groups: ['text', 'network', 'pretraining', 'finetuning', 'run'],
    json: 'print one JSON object when it is done',
    examples: [
      'starling train reviews.csv --out model',
      'starling train rated.csv --unlabelled more.csv evenmore.jsonl --out model',
      'starling train rated.csv --encoders encoders --dropout 0.3 --out model',
      'starling train rated.csv --config options.json --seed 7 --out model',
    ],
    run: async ({ files }, flags) => (await import('./verbs/train.ts')).train(files, withOut(flags)),
  },
  {
    name: 'crossvalidate',
    summary: 'Measure how well a training with these options does on reviews it has not seen',
    more: 'Beside it, on the same folds: the constant predictor and the network without hidden layers.',
    learns: true,
    reports: true,
    checkpoints: true,
    pieces: 'fold',
    groups: ['text', 'network', 'pretraining', 'finetuning', 'evaluation', 'run'],
    json: 'print one JSON object when it is done',
    examples: [
      'starling crossvalidate reviews.csv',
      'starling crossvalidate rated.csv --unlabelled more.csv --folds 5',
      'starling crossvalidate rated.csv --no-pretrain --hidden 500 --json > result.json',
      'starling crossvalidate rated.csv --fold auto --pieces pieces   # on each of ten machines',
      'starling crossvalidate rated.csv --merge pieces                # the table of all ten folds',
    ],
    run: async ({ files }, flags) => (await import('./verbs/crossvalidate.ts')).crossvalidate(files, flags),
  },
  {
    name: 'tune',
    summary: 'Search for options that do well on these reviews, within a time',
    more: 'Each trial learns from a part of the rated reviews and is judged by the rest. Trials that are there are not made again.',
    learns: 'anew',
    tunes: true,
    out: {
      flags: '--out <file>',
      help: 'the best options, for --config of the other verbs: new, or one that tune wrote',
      mandatory: true,
    },
    groups: ['text', 'network', 'pretraining', 'finetuning', 'run'],
    json: 'print one JSON object when it is done',
    examples: [
      'starling tune reviews.csv --minutes 60 --out best.json && starling train reviews.csv --config best.json --out model',
      'starling tune rated.csv --unlabelled more.csv --space space.json --out best.json',
      'starling tune rated.csv --trial auto --out best.json           # on each of ten machines, then --minutes 0',
    ],
    run: async ({ files }, flags) => (await import('./verbs/tune.ts')).tune(files, withOut(flags)),
  },
  {
    name: 'experiment',
    summary: 'Repeat an experiment of the paper on these reviews',
    more: 'sentiment: the five networks of table 2 on the same folds, and the error by the number of labels with and without pre-training. The input is the paper’s, 5,000 single words, unless --ngrams and --vocabulary-size say otherwise.',
    subjects: ['sentiment'],
    learns: 'anew',
    experiments: true,
    reports: true,
    checkpoints: true,
    groups: ['text', 'network', 'pretraining', 'finetuning', 'evaluation', 'run'],
    json: 'print one JSON object when it is done',
    examples: [
      'starling experiment sentiment rated.csv --unlabelled more.csv --report report.html',
      'starling experiment sentiment rated.csv --unlabelled more.csv --hidden 500 --checkpoint state --json > result.json',
    ],
    run: async ({ subject, files }, flags) =>
      (await import('./verbs/experiment.ts')).experiment(subject, files, flags),
  },
  {
    name: 'evaluate',
    summary: 'Measure a model on rated reviews',
    more: 'Reviews without a rating are passed over.',
    model: true,
    groups: ['run'],
    json: 'print one JSON object: rmse, mae, n, sparsity',
    examples: ['starling evaluate model test.csv', 'starling evaluate model test.csv --rating stars --json'],
    run: async ({ model, files }, flags) =>
      (await import('./verbs/evaluate.ts')).evaluate(model, files, flags),
  },
  {
    name: 'predict',
    summary: 'Rate reviews: every row comes back with its rating, in the format in which it came',
    more: 'CSV and JSON lines get the column predicted_rating; of text, each line gives a line with its rating.',
    model: true,
    filesOptional: true,
    ratings: false,
    out: {
      flags: '--out <file>',
      help: 'write there, all or nothing: as CSV, JSON lines or Parquet if it ends in .csv, .jsonl or .parquet, with gzip if it ends in .gz (default: standard output)',
      mandatory: false,
    },
    distribution: true,
    pieces: 'shard',
    groups: ['run'],
    json: 'print JSON lines, whatever the input',
    examples: [
      'starling predict model new.csv > rated.csv',
      'starling predict model new.jsonl.gz --distribution --out rated.jsonl',
      'echo "The soup was cold." | starling predict model --format txt',
      'starling predict model new.csv --shard 3/10 --out rated.csv    # on the third of ten machines',
      'starling predict model --merge rated.csv.pieces --out rated.csv',
    ],
    run: async ({ model, files }, flags) => (await import('./verbs/predict.ts')).predict(model, files, flags),
  },
  {
    name: 'explain',
    summary: 'Say which words made the rating of a text',
    more: 'The contributions and the rating of an empty text sum to the rating exactly.',
    model: true,
    texts: true,
    ratings: false,
    top: 'list the N terms that count most (default: 12; with --json all)',
    groups: ['run'],
    idle: ['run'],
    json: 'print JSON lines, one object per text',
    examples: [
      'starling explain model "The soup was cold, the staff was not."',
      'starling explain model new.csv --top 5',
      'starling explain model new.csv --json > why.jsonl',
    ],
    run: async ({ model, files }, flags) => (await import('./verbs/explain.ts')).explain(model, files, flags),
  },
  {
    name: 'serve',
    summary: 'Rate over HTTP, and on a page in the browser',
    more: 'The page is at the address that is printed; programs POST JSON to /predict and /explain. Ctrl-C stops it.',
    model: true,
    noFiles: true,
    serves: true,
    groups: ['run'],
    json: 'print one JSON object when it listens: url, host, port',
    examples: [
      'starling serve model',
      'starling serve model --port 0 --json',
      `curl -H 'Content-Type: application/json' -d '{"text": "Lovely food."}' http://127.0.0.1:8787/predict`,
    ],
    run: async ({ model }, flags) => (await import('./verbs/serve.ts')).serve(model, flags),
  },
  {
    name: 'export',
    summary: 'Write a model in a form that other programs read',
    more: 'With it come the vocabulary, the text options, programs in Python and JavaScript, and cases to check them with; web is a page that needs no server but one for files.',
    model: true,
    noFiles: true,
    to: 'onnx, tfjs, safetensors, csv or web',
    out: {
      flags: '--out <dir>',
      help: 'folder of the export: new, or an earlier export to the same format',
      mandatory: true,
    },
    groups: [],
    json: 'print one JSON object: out, target, files',
    examples: [
      'starling export model --to onnx --out model-onnx',
      'starling export model --to web --out page',
      'starling export model --to safetensors --out weights && python3 weights/predict.py weights --check',
    ],
    run: async ({ model }, flags) =>
      (await import('./verbs/export.ts')).exportTo(model, { ...withOut(flags), to: flags.to! }),
  },
  {
    name: 'doctor',
    summary: 'Say which engines are there, how fast they are, and how to install the rest',
    more: 'An engine is what computes: --engine chooses one. Takes a few seconds.',
    noFiles: true,
    groups: [],
    json: 'print one JSON object',
    examples: ['starling doctor', 'starling doctor --json'],
    run: async (_, flags) => (await import('./verbs/doctor.ts')).doctor(flags),
  },
];

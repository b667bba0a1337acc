/**
 * Which engines are there, and how fast each is at a small task that is always the same: what `starling doctor` says. Not a
 * benchmark of trainings, whose speed depends on the reviews and the options; see docs/engines.md for those.
 */
import { availableParallelism } from 'node:os';
import type { Engine } from '../kernels/engine.ts';
import { canRun, chooseKind, createEngine } from '../kernels/node-engine.ts';
import { createLayer } from '../network/network.ts';
import { SparseBatch } from '../network/sparse-batch.ts';
import { Autoencoder } from '../pretraining/autoencoder.ts';
import { RandomStream } from '../random.ts';
import type { CsrMatrix } from '../sparse/csr.ts';
import { isMissing, loadBackend, tfjsKinds } from '../tfjs/backends.ts';
import { TfjsEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';

export interface SurveyedEngine {
  /** Its full name: 'native-avx2', 'wasm', 'tfjs-node'; of one that is not there, 'native' or the like. */
  readonly engine: string;
  readonly available: boolean;
  /** Of ours, the threads that were used; tfjs takes those that it takes. */
  readonly threads: number | null;
  /** Reviews per second of the standard task; null when it is not available. */
  readonly reviewsPerSecond: number | null;
  /** Of the library that brings it; null for ours. */
  readonly version: string | null;
  /** Why it is not available, and what to do; null when it is. */
  readonly why: string | null;
  readonly install: string | null;
}

export interface EngineSurvey {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  /** What `--engine auto` takes, and `--engine tfjs`: null when there is none. */
  readonly auto: string;
  readonly tfjs: string | null;
  readonly task: string;
  readonly engines: readonly SurveyedEngine[];
}

const TERMS = 2000;
const WORDS = 40;
const REVIEWS = 64;
const UNITS = 100;
const TASK = `pre-training, minibatches of ${REVIEWS} reviews with ${WORDS} of ${TERMS} terms each, ${UNITS} units`;
/** Milliseconds for each engine, at least one minibatch. */
const SPAN = 250;

/** @param span milliseconds for each engine */
export async function surveyEngines(span = SPAN): Promise<EngineSurvey> {
  const engines: SurveyedEngine[] = [];
  const measure = (engine: Engine, threads: number | null, version: string | null): void => {
    try {
      const reviewsPerSecond = speedOf(engine, span);
      const { name } = engine;
      engines.push({
        ...{ engine: name, available: true, threads, reviewsPerSecond, version, why: null, install: null },
      });
    } finally {
      engine.close();
    }
  };
  const missing = (engine: string, why: string, install: string): void => {
    engines.push({
      ...{ engine, available: false, threads: null, reviewsPerSecond: null, version: null, why, install },
    });
  };
  if (canRun('native')) measure(createEngine(1, 'native'), 1, null);
  else {
    const build = 'In a checkout, with a C compiler: npm run build:native';
    missing('native', 'there is no native build for this machine', build);
  }
  if (canRun('wasm-relaxed')) measure(createEngine(1, 'wasm-relaxed'), 1, null);
  else missing('wasm-relaxed', `Node ${process.versions.node} has no relaxed SIMD`, 'Use Node 22 or newer');
  measure(createEngine(1, 'wasm'), 1, null);
  const cores = availableParallelism();
  if (cores > 1) {
    const all = createEngine(0, 'auto');
    measure(all, all.threads, null);
  }
  measure(createEngine(1, 'reference'), 1, null);
  let tfjs: string | null = null;
  for (const kind of tfjsKinds) {
    const loaded = await loadBackend(kind);
    if (isMissing(loaded)) missing(kind, loaded.why, loaded.hint.replace(/^Run: /, ''));
    else {
      tfjs ??= kind;
      measure(new TfjsEngine(loaded, 1), null, loaded.version);
    }
  }
  const auto = engines.find(({ available }) => available)?.engine ?? chooseKind('auto');
  return {
    ...{ version: VERSION, node: process.versions.node, platform: `${process.platform} ${process.arch}` },
    ...{ cores, auto, tfjs, task: TASK, engines },
  };
}

/** Reviews per second, by the minibatch of middling speed. */
function speedOf(engine: Engine, span: number): number {
  const mark = engine.arena.mark();
  const stream = RandomStream.fromSeed(1);
  const x = standardReviews(stream.split('reviews'));
  const encoder = createLayer(engine, TERMS, UNITS, stream.split('encoder'));
  const means = new Float64Array(TERMS).fill(WORDS / TERMS);
  const autoencoder = new Autoencoder(
    engine,
    encoder,
    REVIEWS,
    {
      ...{ activation: 'rectifier', alpha: 1, negateHalf: false, reconstruction: 'sigmoid', samples: 256 },
      ...{ masking: 0.7, salt: 0, l1: 0, targetScale: 1 },
      optimizer: { kind: 'adam', learningRate: 0.001 },
    },
    means,
    stream,
  );
  const batch = new SparseBatch(engine, REVIEWS, TERMS);
  const rows = Array.from({ length: REVIEWS }, (_, row) => row);
  const times: number[] = [];
  const learnFor = (milliseconds: number): void => {
    const started = performance.now();
    do {
      const began = performance.now();
      batch.load(x, rows);
      autoencoder.train(batch, rows, stream.split('minibatch', times.length));
      times.push(performance.now() - began);
    } while (performance.now() - started < milliseconds);
  };
  learnFor(span / 2); // the time in which code is compiled, and compiled better, is not counted
  times.length = 0;
  learnFor(span);
  engine.arena.release(mark);
  const middle = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  return (1000 * REVIEWS) / middle;
}

/** Binary; a term is the more frequent, the lower its number, as in text. */
function standardReviews(stream: RandomStream): CsrMatrix {
  const rows = Array.from({ length: REVIEWS }, (_, r) => {
    const terms = new Set<number>();
    for (let i = 0; terms.size < WORDS; i++)
      terms.add(Math.floor(TERMS * stream.split('row', r).uniform(i) ** 3));
    return [...terms].sort((a, b) => a - b);
  });
  return {
    rows: REVIEWS,
    cols: TERMS,
    rowStart: Uint32Array.from({ length: REVIEWS + 1 }, (_, r) => r * WORDS),
    columns: Uint32Array.from(rows.flat()),
    values: null,
  };
}

/**
 * starling beside what users would pick instead: PyTorch, TensorFlow.js, scikit-learn, fastText. Each does the same work
 * on the same data in the same run, in turn, several times; medians and ratios are printed (Markdown, stdout) and
 * everything measured is written as JSON. Needs the built library, and the IMDB sets (README.md says where from).
 *
 *   node bench/peers/run.mjs --data DIR [--quick] [--stages layer,wide] [--repeats 3] [--out FILE]
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPeers } from './contender.mjs';
import { prepareData } from './data.mjs';
import { say } from './exchange.mjs';
import { loadStarling } from './library.mjs';
import { describeMachine } from './machine.mjs';
import { runStage } from './rounds.mjs';
import { encodersStage } from './stage_encoders.mjs';
import { layerStage, wideStage } from './stage_pretraining.mjs';
import { predictStage, ratingsStage } from './stage_ratings.mjs';
import { stageTable } from './table.mjs';

const STAGES = {
  layer: layerStage,
  wide: wideStage,
  encoders: encodersStage,
  ratings: ratingsStage,
  predict: predictStage,
};

/** How much of everything. Minibatches are the peers'; 0 is a whole epoch. */
const FULL = {
  data: { unlabelled: 50_000, rated: 10_000, test: 25_000, terms: [5000, 50_000] },
  repeats: 3,
  speedEpochs: 2,
  torchMinibatches: 100,
  tfjsMinibatches: 10,
  wideMinibatches: 10,
  encoderEpochs: [1, 3, 10],
  encoderMinibatches: 0,
  epochs: 30,
  vectorEpochs: 5,
};

/** A smoke test: does it run, and are the orders of magnitude right? */
const QUICK = {
  data: { unlabelled: 12_800, rated: 2000, test: 4000, terms: [5000, 50_000] },
  repeats: 1,
  speedEpochs: 1,
  torchMinibatches: 10,
  tfjsMinibatches: 2,
  wideMinibatches: 2,
  encoderEpochs: [1],
  encoderMinibatches: 20,
  epochs: 3,
  vectorEpochs: 1,
};

/** starling's fine-tuning recipe (the defaults of its options), for PyTorch. */
function fineTuningRecipe({ batchSize, patience, validation, dropout, wordDropout, learningRate }) {
  return { batchSize, patience, validation, dropout, wordDropout, learningRate };
}

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.STARLING_DATA },
    dist: { type: 'string', default: fileURLToPath(new URL('../../dist', import.meta.url)) },
    work: { type: 'string', default: join(tmpdir(), 'starling-peers') },
    out: { type: 'string' },
    stages: { type: 'string', default: Object.keys(STAGES).join(',') },
    only: { type: 'string', default: '' },
    repeats: { type: 'string' },
    threads: { type: 'string', default: '2' },
    core: { type: 'string', default: '0' },
    units: { type: 'string', default: '1000' },
    'torch-rates': { type: 'string', default: '0.001' },
    python: { type: 'string', default: '/usr/bin/python3' },
    reuse: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main() {
  if (flags.help) {
    say('Usage and what is compared: bench/peers/README.md');
    return;
  }
  if (!flags.data || !existsSync(join(flags.data, 'imdb_labelled.csv.gz'))) {
    say(
      `Skipped: the comparison needs imdb_labelled.csv.gz and imdb_unlabelled.csv.gz, and ${flags.data ?? 'no folder'} ` +
        'was given. Name their folder with --data or STARLING_DATA.',
    );
    return;
  }
  const names = flags.stages.split(',');
  const unknown = names.find((name) => !STAGES[name]);
  if (unknown) throw new Error(`there is no stage "${unknown}": there are ${Object.keys(STAGES).join(', ')}`);

  const sizes = flags.quick ? QUICK : FULL;
  const starling = await loadStarling(flags.dist);
  mkdirSync(flags.work, { recursive: true });
  const data = await prepareData(starling, flags.data, flags.work, sizes.data);
  const context = {
    dist: resolve(flags.dist),
    work: flags.work,
    data,
    sizes,
    threads: Number(flags.threads),
    predictionCore: Number(flags.core),
    units: Number(flags.units),
    torchRates: flags['torch-rates'].split(',').map(Number),
    python: flags.python,
    reuse: flags.reuse,
    fineTuning: fineTuningRecipe(starling.resolveOptions()),
  };
  const native = starling.canRun('native')
    ? { version: starling.VERSION }
    : { missing: 'the native kernels are not built (npm run build:native)' };
  const peers = { ...findPeers(flags.python), native };
  const report = {
    machine: describeMachine(),
    starling: starling.VERSION,
    peers,
    settings: {
      quick: flags.quick,
      sizes,
      ...data,
      threads: context.threads,
      torchRates: context.torchRates,
    },
    stages: {},
  };
  const out = flags.out ?? join(flags.work, 'peers.json');
  mkdirSync(dirname(resolve(out)), { recursive: true });
  const save = () => writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);

  const repeats = Number(flags.repeats ?? sizes.repeats);
  const texts = flags.only.split(';');
  for (const name of names) {
    const stage = STAGES[name](context);
    stage.contenders = stage.contenders.filter(
      (contender) => contender.name === stage.baseline || texts.some((text) => contender.name.includes(text)),
    );
    const result = await runStage(stage, repeats, peers, (runs) => {
      report.stages[name] = { title: stage.title, runs };
      save();
    });
    report.stages[name] = { title: stage.title, ...result };
    save();
    process.stdout.write(`\n${stage.title}\n\n${stageTable(stage, result.summary)}\n`);
    for (const { name: contender, reason } of result.skipped)
      process.stdout.write(`${contender}: skipped, ${reason}\n`);
  }
  const failed = Object.values(report.stages).flatMap((stage) => stage.failed);
  for (const { name, reason } of failed) process.stdout.write(`${name}: failed, ${reason}\n`);
  if (failed.length > 0) process.exitCode = 1;
  const { cpu, cores, memoryGb, node } = report.machine;
  process.stdout.write(
    `\n${cpu}, ${cores} cores, ${memoryGb} GB, node ${node}. ${busyNote(report, cores)}\n`,
  );
  say(`all figures: ${out}`);
}

/** Runs of one's own leave a load of about the number of threads; more than that was somebody else. */
function busyNote({ machine, stages }, cores) {
  const loads = Object.values(stages).flatMap(({ runs }) => runs.map(({ loadAfter }) => loadAfter));
  const most = Math.max(machine.loadAtStart, ...loads);
  return most > cores + 0.7
    ? `The machine was busy with other work (load up to ${most.toFixed(1)}): take the CPU seconds, not the speeds.`
    : `Load at most ${most.toFixed(1)}.`;
}

main().catch((error) => {
  say(error.message);
  process.exitCode = 1;
});

/**
 * Two engines on the same task: the RMSE of each fold, how far they are apart, and the time that each took.
 *
 *   node bench/engines.mjs [--engines wasm,tfjs] [--options JSON] [--unlabelled FILE] [--first N] FILE
 *
 * Each engine runs in a process of its own with one thread, the folds one after another. CPU seconds are those of the process:
 * on a machine that does other work besides they mean more than the seconds that passed. tfjs-node would use threads of
 * its own; its CPU seconds are those of all of them. --first takes only the first N rows of FILE.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { crossValidate, readReviews } from '../dist/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engines: { type: 'string', default: 'wasm,tfjs' },
    options: { type: 'string', default: '{}' },
    unlabelled: { type: 'string' },
    first: { type: 'string' },
    one: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (!file) throw new Error('name a file of rated reviews');
const engines = values.engines.split(',');

async function* first(reviews, count) {
  let given = 0;
  for await (const review of reviews) {
    if (given++ === count) return;
    yield review;
  }
}

async function runOne(engine) {
  const options = { transfer: 'none', ...JSON.parse(values.options), engine, threads: 1 };
  const before = process.cpuUsage();
  const started = performance.now();
  const reviews = values.first ? first(readReviews(file), Number(values.first)) : readReviews(file);
  const unlabelled = values.unlabelled && readReviews(values.unlabelled);
  const result = await crossValidate(reviews, { options, unlabelled, keepPredictions: true });
  const { user, system } = process.cpuUsage(before);
  return {
    engine,
    elapsed: (performance.now() - started) / 1000,
    cpu: (user + system) / 1e6,
    folds: result.folds.map(({ rmse }) => rmse),
    epochs: result.folds.map(({ bestEpoch }) => bestEpoch),
    rmse: result.rmse,
    predicted: Array.from(result.tested.predicted),
  };
}

if (values.one) {
  console.log(JSON.stringify(await runOne(engines[0])));
} else {
  console.log(`${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.versions.node}`);
  console.log(`options: ${values.options}`);
  const results = engines.map((engine) => {
    const args = [fileURLToPath(import.meta.url), file, '--one', '--engines', engine];
    for (const name of ['options', 'unlabelled', 'first']) {
      if (values[name] !== undefined) args.push(`--${name}`, values[name]);
    }
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`${engine}: ${stderr}`);
    return JSON.parse(stdout);
  });
  const [base] = results;
  for (const { engine, cpu, elapsed, folds, epochs, rmse, predicted } of results) {
    const apart = predicted.map((rating, i) => Math.abs(rating - base.predicted[i]));
    const checksum = createHash('sha256').update(Float64Array.from(predicted)).digest('hex').slice(0, 12);
    console.log(
      `\n${engine}: ${cpu.toFixed(1)} s CPU (${(cpu / base.cpu).toFixed(1)} x ${base.engine}), ${elapsed.toFixed(1)} s passed`,
    );
    console.log(
      `  RMSE ${rmse.mean.toFixed(5)}, between folds ±${rmse.std.toFixed(5)}; folds ${folds.map((x) => x.toFixed(5)).join(' ')}`,
    );
    console.log(`  best epochs ${epochs.join(' ')}; ${predicted.length} predictions, checksum ${checksum}`);
    const folded = folds.map((value, i) => Math.abs(value - base.folds[i]));
    console.log(
      `  from ${base.engine}: a fold's RMSE by at most ${Math.max(...folded).toExponential(1)}, a rating by at most ${Math.max(...apart).toExponential(1)}`,
    );
  }
}

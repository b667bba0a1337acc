/**
 * Hostile files for every reader: review files, model folders, configuration files, checkpoints. Each input must end in a
 * StarlingError or in an answer that is sound, within a bounded time and a bounded memory; anything else is printed with
 * the numbers that make it again, and the exit code is 1.
 *
 *     node bench/fuzz/run.mjs [--count 100000] [--seed 1] [--only reviews|model|config|checkpoint] [--case N]
 *
 * The inputs depend on the seed and their number alone. Half of them are made from pieces that were chosen to hurt, half are
 * sound files with bytes changed; files whose sums are checked are sealed again, so that what lies behind is reached too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

/** Share of the inputs that each reader gets. */
const SHARES = { config: 0.14, checkpoint: 0.03, model: 0.08, reviews: 0.75 };
/** Seconds of the processor (a busy machine is no hang) after which an input counts as a hang. */
const LONGEST = 20;
/** Seconds of the clock, for an input that waits without working. */
const LONGEST_WAIT = 300;
/** MiB of the process beyond which memory counts as unbounded. */
const MOST_MEMORY = 1500;

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    case: { type: 'string' },
    dist: { type: 'string', default: fileURLToPath(new URL('../../dist', import.meta.url)) },
  },
});
const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'starling-fuzz-'));
let failures = 0;
let inputs = 0;
let mostMemory = 0;
for (const [target, share] of Object.entries(SHARES)) {
  if (values.only && values.only !== target) continue;
  const count = Math.max(1, Math.round(Number(values.count) * (values.only ? 1 : share)));
  let from = values.case ? Number(values.case) : 0;
  const end = values.case ? from + 1 : count;
  const total = { refused: 0, answered: 0 };
  while (from < end) {
    const now = new Int32Array(new SharedArrayBuffer(4));
    const data = { target, from, end, seed: values.seed, dist: resolve(values.dist), folder, now };
    const worker = new Worker(new URL('worker.mjs', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    let since = cpuSeconds();
    let sinceWall = performance.now();
    let seen = -1;
    const ended = await new Promise((done) => {
      const watch = setInterval(() => {
        if (now[0] !== seen) [seen, since, sinceWall] = [now[0], cpuSeconds(), performance.now()];
        const memory = process.memoryUsage().rss / 2 ** 20;
        mostMemory = Math.max(mostMemory, memory);
        if (cpuSeconds() - since > LONGEST) done(`no end after ${LONGEST} s`);
        else if (performance.now() - sinceWall > 1000 * LONGEST_WAIT)
          done(`no end after ${LONGEST_WAIT} s of waiting`);
        else if (memory > MOST_MEMORY) done(`${memory.toFixed(0)} MiB of memory`);
      }, 100);
      worker.on('message', (message) => {
        if (message.failure) {
          failures++;
          console.log(`${target} --case ${message.number}: ${message.failure}`);
        } else {
          total.refused += message.refused;
          total.answered += message.answered;
        }
      });
      worker.on('error', (error) => done(`the worker died: ${error.message}`));
      worker.on('exit', () => {
        clearInterval(watch);
        done('');
      });
    });
    await worker.terminate();
    inputs += now[0] + 1 - from;
    from = now[0] + 1;
    if (ended !== '') {
      failures++;
      console.log(`${target} --case ${now[0]}: ${ended}`);
    }
  }
  console.log(`${target}: ${total.refused} refused by a StarlingError, ${total.answered} answered`);
}
rmSync(folder, { recursive: true, force: true });
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(
  `${inputs} inputs, seed ${values.seed}: ${failures} failures; ${seconds} s, at most ${mostMemory.toFixed(0)} MiB`,
);
process.exitCode = failures > 0 ? 1 : 0;

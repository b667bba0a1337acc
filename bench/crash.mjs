/**
 * Kills a run with SIGKILL at random moments, lets it go on with --resume, kills it again, and so on; then compares what it
 * ends with, byte by byte, with what a run gives that nobody disturbed. Only the times that were taken (`seconds`,
 * `reviewsPerSecond`) are left out, which no two runs have in common.
 *
 *     node bench/crash.mjs [--kills 50] [--seed 1] [--verb train] [--every SECONDS] [--cli dist/cli/main.js]
 *
 * Every kill is counted as resumed when the next run began from what was left and was not refused. Exit code 1 when
 * something differs, when a run fails, or when fewer kills hit than were asked for.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomFrom } from './mulberry.mjs';

const { values: given } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    verb: { type: 'string', default: 'train' },
    every: { type: 'string' },
    reviews: { type: 'string', default: '1500' },
    epochs: { type: 'string', default: '12' },
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)) },
  },
});
const kills = Number(given.kills);
const folder = mkdtempSync(join(tmpdir(), 'starling-crash-'));

const next = randomFrom(Number(given.seed));

/** Reviews whose words hint at their rating; a fifth is rated, so that self-training has its part in the run. */
function writeReviews(path, count) {
  const draw = randomFrom(12345);
  const rows = Array.from({ length: count }, (_, i) => {
    const rating = 1 + (i % 5);
    const words = Array.from({ length: 20 }, () =>
      draw() < 0.3 ? `feeling${rating}x${Math.floor(draw() * 12)}` : `word${Math.floor(draw() ** 2 * 900)}`,
    );
    return `${words.join(' ')},${Math.floor(i / 5) % 5 === 0 ? rating : ''}`;
  });
  writeFileSync(path, `text,rating\n${rows.join('\n')}\n`);
}

const reviews = join(folder, 'reviews.csv');
writeReviews(reviews, Number(given.reviews));
const options = ['--hidden', '60,30', '--pretrain-epochs', given.epochs];
if (given.verb !== 'pretrain') options.push('--epochs', given.epochs, '--patience', '99');
// As often as can be; the thousands of minibatches of all folds would spend their time waiting for the disk.
const every = given.every ?? (given.verb === 'crossvalidate' ? '0.3' : '0');
const common = [given.verb, reviews, ...options, '--checkpoint-every', every];
if (given.verb === 'crossvalidate') common.push('--folds', '3', '--json');

function start(name, more = []) {
  const out = given.verb === 'crossvalidate' ? [] : ['--out', join(folder, name)];
  const checkpoint = ['--checkpoint', join(folder, `${name}.checkpoint`)];
  const child = spawn(process.execPath, [given.cli, ...common, ...out, ...checkpoint, ...more, '--quiet'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      said[stream] += text;
    });
  }
  const ended = new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, ...said })),
  );
  return { child, ended };
}

const withoutTimes = (text) => text.replace(/"(seconds|reviewsPerSecond)": ?[\d.e+-]+/g, '"$1":0');
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** Of everything that a run leaves: file name → digest. */
function result(name, stdout) {
  if (given.verb === 'crossvalidate') return { stdout: digest(withoutTimes(stdout)) };
  const dir = join(folder, name);
  return Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map((file) => {
        const bytes = readFileSync(join(dir, file));
        return [file, digest(/\.(json|md)$/.test(file) ? withoutTimes(bytes.toString()) : bytes)];
      }),
  );
}

const fail = (what) => {
  console.error(what);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
};

const began = performance.now();
const whole = await start('whole').ended;
if (whole.code !== 0) fail(`the undisturbed run failed: ${whole.stderr}`);
const expected = result('whole', whole.stdout);
let duration = performance.now() - began;
console.log(`undisturbed: ${(duration / 1000).toFixed(1)} s, ${JSON.stringify(expected)}`);

/** The moments of the states that are there: what a run that goes on begins from. */
function left(name) {
  const dir = join(folder, `${name}.checkpoint`);
  if (!existsSync(dir)) return 'nothing';
  return readdirSync(dir, { withFileTypes: true })
    .filter((part) => part.isDirectory())
    .map(
      (part) =>
        `${part.name} ${Math.max(0, ...readdirSync(join(dir, part.name)).map((n) => Number(n) || 0))}`,
    )
    .join(', ');
}

let hits = 0;
let fromState = 0;
let same = 0;
let different = 0;
for (let round = 1; hits < kills; round++) {
  const name = `round-${round}`;
  let begun = 0;
  for (;;) {
    const { child, ended } = start(name, ['--resume']);
    // Somewhere in the time that such a run takes on this machine just now.
    const wait = 100 + next() * duration * 0.6;
    const timer = hits < kills ? setTimeout(() => child.kill('SIGKILL'), wait) : null;
    const started = performance.now();
    const { code, signal, stdout, stderr } = await ended;
    clearTimeout(timer);
    if (signal === 'SIGKILL') {
      hits++;
      begun++;
      const state = left(name);
      // Nothing left: the machine is slower than it was, or it was too early. Later the next time; a run that ends
      // undisturbed says again how long one takes.
      if (state === 'nothing') duration *= 1.5;
      else fromState++;
      console.log(`kill ${hits} of ${kills}, after ${(wait / 1000).toFixed(2)} s: left ${state}`);
      continue;
    }
    if (code !== 0) fail(`a run that went on failed with ${code}: ${stderr}`);
    if (begun === 0) duration = performance.now() - started;
    const got = result(name, stdout);
    const equal = JSON.stringify(got) === JSON.stringify(expected);
    if (equal) same++;
    else different++;
    console.log(`run ${round} ended: ${equal ? 'the same bytes' : `other bytes: ${JSON.stringify(got)}`}`);
    if (existsSync(join(folder, `${name}.checkpoint`))) fail('the checkpoint was left behind');
    break;
  }
}
console.log(
  `${hits} kills (${fromState} left a state), ${same + different} runs to their end: ${same} the same bytes, ${different} other`,
);
rmSync(folder, { recursive: true, force: true });
process.exit(different === 0 ? 0 : 1);

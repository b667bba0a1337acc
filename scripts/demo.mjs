/**
 * The whole path on the sample corpus by the command line, as a user would type it: pre-train, cross-validate, train,
 * rate. Everything it writes goes into a temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'starling-demo-'));
const started = performance.now();

function starling(...args) {
  console.log(`\n$ starling ${args.map((arg) => arg.replace(folder, 'demo')).join(' ')}`);
  const { status } = spawnSync(process.execPath, [command, ...args], { stdio: 'inherit', cwd: root });
  if (status !== 0) {
    rmSync(folder, { recursive: true });
    console.error(`the demo failed: that command left with ${status}`);
    process.exit(1);
  }
}

const rated = 'corpora/restaurants.csv';
const unrated = 'corpora/restaurants-unrated.csv';
const encoders = join(folder, 'encoders');
const model = join(folder, 'model');
const reviews = join(folder, 'reviews.csv');
writeFileSync(
  reviews,
  `text
"Every dish came cold, and the waiter argued about the bill."
"Not bad at all: the noodles were fresh, though we waited a while."
"The best evening we have had in years. Impeccable!"
`,
);

try {
  // Fewer terms, units and epochs than it would choose itself, and five folds: a demo is short.
  const short = ['--vocabulary-size', '5000', '--hidden', '400', '--pretrain-epochs', '10'];
  starling('pretrain', unrated, ...short, '--out', encoders);
  starling('crossvalidate', rated, '--encoders', encoders, '--folds', '5');
  starling('train', rated, '--encoders', encoders, '--out', model);
  starling('predict', model, reviews);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\nThe demo took ${((performance.now() - started) / 1000).toFixed(0)} seconds.`);

/**
 * Ratings beside ratings: starling and the peers on real sets, with few labels and with many. Every figure is of reviews
 * that nobody learned from, the same for all contenders. See README.md.
 *
 *   node bench/quality/run.mjs --data DIR [--sets yelp,imdb] [--labels 250,1000,4000,all] [--seeds 1,2,3]
 *     [--contenders starling,transfer,paper,ridge,...] [--transfer DIR] [--options JSON] [--out quality.json]
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findPeers, runContender } from '../peers/contender.mjs';
import { loadStarling } from '../peers/library.mjs';
import { describeMachine } from '../peers/machine.mjs';
import { measure } from './measures.mjs';
import { labelled, loadSet, setNames } from './sets.mjs';
import { qualityTable } from './table.mjs';

const CONTENDERS = {
  constant: {},
  // The general model that comes with starling has seen these sets: nothing is taken over of it.
  starling: { options: { transfer: 'none' } },
  // Takes over units of a model that was trained on the other sets: --transfer names the folder of those.
  transfer: { options: {}, encodersOf: 'starling' },
  paper: { preset: 'paper' },
  'no pre-training': { options: { pretrain: false, transfer: 'none' } },
  ridge: { needs: 'sklearn' },
  logistic: { needs: 'sklearn' },
  nb: { needs: 'sklearn' },
  fasttext: { needs: 'fasttext' },
};

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.STARLING_DATA },
    sets: { type: 'string', default: setNames.join(',') },
    labels: { type: 'string', default: '250,1000,4000,all' },
    seeds: { type: 'string', default: '1,2,3' },
    contenders: { type: 'string', default: 'constant,starling,ridge,logistic,nb,fasttext' },
    options: { type: 'string', default: '{}' },
    transfer: { type: 'string' },
    out: { type: 'string', default: 'quality.json' },
    work: { type: 'string', default: join(tmpdir(), 'starling-quality') },
    dist: { type: 'string', default: new URL('../../dist', import.meta.url).pathname },
    python: { type: 'string', default: '/usr/bin/python3' },
    threads: { type: 'string', default: '2' },
  },
});

if (!flags.data || !existsSync(flags.data)) {
  console.log('skipped: no folder of real reviews (give --data DIR or set STARLING_DATA)');
  process.exit(0);
}

if (flags.contenders.split(',').includes('transfer') && !flags.transfer) {
  console.error('the contender "transfer" needs --transfer DIR: see README.md');
  process.exit(2);
}
const starling = await loadStarling(flags.dist);
const context = { python: flags.python, threads: Number(flags.threads) };
const peers = findPeers(flags.python);
const report = existsSync(flags.out)
  ? JSON.parse(readFileSync(flags.out, 'utf8'))
  : { machine: describeMachine(), version: starling.VERSION, peers, results: [] };
mkdirSync(flags.work, { recursive: true });
// Of this run alone, so that two may share encoders.
const own = mkdtempSync(join(flags.work, 'run-'));
process.on('exit', () => rmSync(own, { recursive: true, force: true }));
const file = (name) => join(own, name);
const lines = (reviews) => reviews.map((review) => JSON.stringify(review)).join('\n');

/** Ratings of the test reviews by one contender. */
async function ratingsBy(name, { setName, rated, test, seed, levels }) {
  const { options, preset, needs, encodersOf = name } = CONTENDERS[name];
  if (name === 'constant') {
    const mean = rated.reduce((sum, { rating }) => sum + rating, 0) / rated.length;
    return { ratings: test.map(() => mean), seconds: 0 };
  }
  const task = { rated: file('rated.jsonl'), test: file('test.jsonl'), seed };
  if (needs === 'sklearn') return runContender('../quality/peers.py', { ...task, contender: name }, context);
  if (needs === 'fasttext')
    return runContender('../quality/fasttext_ratings.mjs', { ...task, folder: own }, context);
  const unseen = name === 'transfer' ? { transfer: resolve(flags.transfer, `without-${setName}`) } : {};
  const given = { ...starling.presets[preset], ...options, ...unseen, ...JSON.parse(flags.options) };
  const encoders = join(flags.work, `encoders-${setName}-${seed}-${encodersOf.replaceAll(' ', '-')}`);
  return runContender(
    '../quality/starling_ratings.mjs',
    { ...task, dist: resolve(flags.dist), unrated: file('unrated.jsonl'), options: given, levels, encoders },
    context,
  );
}

for (const setName of flags.sets.split(',')) {
  const set = await loadSet(starling, flags.data, setName);
  if (!set) {
    console.log(`${setName}: skipped, its file is not in the folder`);
    continue;
  }
  const actual = set.test.map(({ rating }) => rating);
  const levels = [...new Set(set.train.map(({ rating }) => rating))].sort((a, b) => a - b);
  writeFileSync(file('test.jsonl'), lines(set.test.map(({ text, rating }) => ({ text, rating }))));
  for (const count of flags.labels.split(',')) {
    if (count !== 'all' && Number(count) >= set.train.length) continue;
    for (const seed of flags.seeds.split(',').map(Number)) {
      const { rated, unrated } = labelled(starling, set, count === 'all' ? count : Number(count), seed);
      writeFileSync(file('rated.jsonl'), lines(rated.map(({ text, rating }) => ({ text, rating }))));
      writeFileSync(file('unrated.jsonl'), lines(unrated.map(({ text }) => ({ text }))));
      for (const name of flags.contenders.split(',')) {
        const key = { set: setName, labels: count, seed, contender: name };
        const done = report.results.some((r) => Object.keys(key).every((k) => r[k] === key[k]));
        if (done || peers[CONTENDERS[name].needs]?.missing) continue;
        // A continuous scale is learned; one of stars is given, as a user would, when few labels may miss a star.
        const scale = levels.length <= 20 ? levels : null;
        const { ratings, seconds } = await ratingsBy(name, {
          setName,
          rated,
          test: set.test,
          seed,
          levels: scale,
        });
        const result = { ...key, rated: rated.length, seconds, ...measure(ratings, actual, levels) };
        report.results.push(result);
        writeFileSync(flags.out, JSON.stringify(report, null, 1));
        console.error(`${setName} ${count} seed ${seed} ${name}: RMSE ${result.rmse.toFixed(4)}`);
      }
    }
  }
}
console.log(qualityTable(report.results));

/** The scripts of examples/schedulers, as their schedulers run them. Slurm itself: bench/schedulers/slurm.sh. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MAIN, sampleCsv, TINY, temporaryFolder } from './cli/helpers.ts';

const examples = fileURLToPath(new URL('../examples/schedulers/', import.meta.url));
const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(60));
const STARLING = `${process.execPath} ${MAIN}`;
const cwd = folder.path;
/** A table without its seconds. */
const timeless = (text: string): string => text.replace(/ +[\d.]+(?: s\.)?$/gm, '');

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, STARLING, ...env } });
}

test('slurm.sh computes the fold of its task, with the processors it was given', () => {
  const flags = [
    reviews,
    '--hidden',
    '4',
    '--pretrain-epochs',
    '1',
    '--epochs',
    '1',
    '--folds',
    '2',
    '--quiet',
  ];
  for (const task of ['2', '1']) {
    const env = {
      SLURM_ARRAY_TASK_ID: task,
      SLURM_ARRAY_TASK_MIN: '1',
      SLURM_CPUS_PER_TASK: '1',
      PIECES: 'of-slurm',
    };
    expect(run('sh', [join(examples, 'slurm.sh'), ...flags], env)).toContain(`fold ${task} of 2`);
  }
  const [, ...args] = STARLING.split(' ');
  const merged = run(process.execPath, [...args, 'crossvalidate', ...flags, '--merge', 'of-slurm']);
  expect(timeless(merged)).toBe(timeless(run(process.execPath, [...args, 'crossvalidate', ...flags])));
});

test('the command of kubernetes.yaml is one that starling takes', () => {
  const manifest = readFileSync(join(examples, 'kubernetes.yaml'), 'utf8');
  const list = (name: string): string[] =>
    new RegExp(`^ +${name}: \\[(.*)\\]$`, 'm')
      .exec(manifest)![1]
      .split(', ')
      .map((word) => word.replaceAll("'", ''));
  const [program, ...command] = [...list('command'), ...list('args')];
  expect(program).toBe('starling');
  folder.file('reviews.csv', sampleCsv(60));
  run(process.execPath, [
    MAIN,
    'pretrain',
    'reviews.csv',
    '--hidden',
    '4',
    '--pretrain-epochs',
    '1',
    '--quiet',
    '--out',
    'encoders',
  ]);
  const said = run(process.execPath, [MAIN, ...command, '--epochs', '1', '--quiet'], {
    JOB_COMPLETION_INDEX: '9',
  });
  expect(said).toContain('fold 10 of 10');
});

const parallel = spawnSync('parallel', ['--version'], { encoding: 'utf8' });
const why = parallel.stdout?.includes('GNU parallel') ? '' : ' (skipped: there is no GNU parallel)';
describe.skipIf(why !== '')(`with GNU parallel${why}`, () => {
  test('parallel.sh makes folds and rows, and puts them together', () => {
    const model = folder.file('model');
    run(process.execPath, [MAIN, 'train', reviews, ...TINY, '--out', model, '--quiet']);
    const FLAGS = '--hidden 4 --pretrain-epochs 1 --epochs 1 --quiet';
    const said = run('sh', [join(examples, 'parallel.sh'), reviews, model, reviews], {
      FLAGS,
      FOLDS: '3',
      PIECES: 'of-parallel',
    });
    expect(said).toContain('fold 3 of 3');
    expect(said).toContain('this network');
    run(process.execPath, [MAIN, 'predict', model, reviews, '--out', 'single.csv', '--quiet']);
    expect(readFileSync(join(cwd, 'rated.csv'), 'utf8')).toBe(readFileSync(join(cwd, 'single.csv'), 'utf8'));
  }, 180_000);
});

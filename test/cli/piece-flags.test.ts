import { describe, expect, test } from 'vitest';
import { arrayTask, checkPieceFlags, chosenPieces, chosenShard } from '../../src/cli/piece-flags.ts';

const slurm = (id: number, min: number, max: number, count = max - min + 1) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_COUNT: String(count),
});

describe('auto', () => {
  test.each([
    ['a Slurm array from 1', slurm(3, 1, 10), 3, 10],
    ['a Slurm array from 0', slurm(3, 0, 9), 4, 10],
    ['the first of a Slurm array from 0', slurm(0, 0, 9), 1, 10],
    ['a part of a Slurm array, submitted again', slurm(7, 3, 7, 2), 7, null],
    ['a part of a Slurm array that begins at its beginning', slurm(7, 1, 7, 2), 7, null],
    ['Slurm that says its number only', { SLURM_ARRAY_TASK_ID: '3' }, 3, null],
    ['a Kubernetes indexed job', { JOB_COMPLETION_INDEX: '0' }, 1, null],
    ['AWS Batch', { AWS_BATCH_JOB_ARRAY_INDEX: '9', AWS_BATCH_JOB_ARRAY_SIZE: '10' }, 10, 10],
    ['AWS Batch that does not say how many', { AWS_BATCH_JOB_ARRAY_INDEX: '9' }, 10, null],
    ['GNU parallel', { PARALLEL_SEQ: '1' }, 1, null],
  ])('is the task of %s, from 1', (_name, env, number, of) => {
    expect(arrayTask('--fold', env)).toMatchObject({ number, of });
  });

  test('is refused where nobody, more than one or a bad number says it', () => {
    const refused = (env: Record<string, string>) => {
      expect(() => arrayTask('--fold', env)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
    };
    refused({});
    refused({ PARALLEL_SEQ: '1', SLURM_ARRAY_TASK_ID: '1' });
    refused({ PARALLEL_SEQ: '0' });
    refused({ PARALLEL_SEQ: 'x' });
    refused({ JOB_COMPLETION_INDEX: '-1' });
    refused({ JOB_COMPLETION_INDEX: '' });
  });
});

test('folds are numbers from 1, or auto, which says what it found', () => {
  const said: string[] = [];
  const folds = (written: string[], env = {}) =>
    chosenPieces('--fold', written, 10, (s) => said.push(s), env);
  expect(folds(['3', '10'])).toEqual([3, 10]);
  expect(said).toEqual([]);
  expect(folds(['auto'], slurm(4, 0, 9))).toEqual([5]);
  expect(said).toEqual(['--fold 5 of 10, by SLURM_ARRAY_TASK_ID=4.']);
  for (const bad of ['0', '11', '1.5', '', 'all', '-1', '1e1']) {
    expect(() => folds([bad])).toThrow(`--fold is "${bad}", expected a whole number from 1 to 10`);
  }
  expect(() => folds(['auto'], { JOB_COMPLETION_INDEX: '10' })).toThrow(
    'JOB_COMPLETION_INDEX=10 is piece 11',
  );
});

test('a shard is K/N, auto/N, or auto where the scheduler says N', () => {
  const shard = (written: string, env = {}) => chosenShard(written, () => {}, env);
  expect(shard('3/10')).toEqual({ number: 3, of: 10 });
  expect(shard('auto/4', { JOB_COMPLETION_INDEX: '3' })).toEqual({ number: 4, of: 4 });
  expect(shard('auto', slurm(3, 0, 9))).toEqual({ number: 4, of: 10 });
  expect(() => shard('auto', { PARALLEL_SEQ: '1' })).toThrow('does not say how many pieces there are');
  expect(() => shard('auto', slurm(7, 3, 7, 2))).toThrow('does not say how many pieces there are');
  expect(() => shard('auto/4', { JOB_COMPLETION_INDEX: '4' })).toThrow('no piece 5 of 4');
  expect(() => shard('11/10')).toThrow('there is no piece 11 of 10');
  for (const bad of ['3', '0/10', '3/0', '3/x', '1/2/3', '', '/3', '3/']) {
    expect(() => shard(bad)).toThrow(`--shard is "${bad}", expected K/N`);
  }
});

test.each([
  [{ fold: ['1'], merge: 'd', pieces: 'd' }, '--fold and --merge were given'],
  [{ shard: '1/2', merge: 'd' }, '--shard and --merge were given'],
  [{ fold: ['1'] }, '--fold was given without --pieces'],
  [{ pieces: 'd' }, '--pieces was given alone'],
])('flags that do not go together are refused: %j', (flags, message) => {
  expect(() => checkPieceFlags(flags, ['x.csv'])).toThrow(message);
});

test('pieces of standard input are refused', () => {
  expect(() => checkPieceFlags({ shard: '1/2' }, ['-'])).toThrow('standard input cannot be read');
});

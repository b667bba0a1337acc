/** A search that is killed without warning: what was found is kept, and it ends with what an undisturbed one finds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TuneResult } from '../../src/tuning/tune.ts';
import { json, sampleCsv, starling, start, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(100));
const space = folder.file('space.json', '{"learningRate": [0.01, 0.1], "dropout": {"min": 0, "max": 0.5}}');
const command = (out: string): string[] => [
  ...['tune', reviews, ...TINY, '--space', space, '--trial', '1,2,3', '--out', out, '--json'],
];

/** What a search found, but for how long it took. */
function found(result: TuneResult): unknown {
  const timeless = ({ seconds: _, ...trial }: TuneResult['trials'][number]) => trial;
  return { trials: result.trials.map(timeless), best: timeless(result.best!) };
}

test('a search killed while it starts, after a trial and within one, ends with the same trials and the same best', async () => {
  const expected = found(json<TuneResult>(await starling(command(folder.file('undisturbed.json')))));
  const out = folder.file('killed.json');
  const kept = (): Map<string, string> => {
    const dir = `${out}.trials`;
    const whole = readdirSync(dir).filter((name) => name.startsWith('trial-'));
    return new Map(whole.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
  };
  for (const heard of ['Each trial learns', 'trial 1: RMSE', 'trial 2: RMSE']) {
    const running = start(command(out));
    await running.heard(heard, 'stderr');
    running.child.kill('SIGKILL');
    expect((await running.ended).code).toBeNull();
  }
  const before = kept();
  expect([...before.keys()]).toEqual(['trial-1.json', 'trial-2.json']);
  expect(found(json<TuneResult>(await starling(command(out))))).toEqual(expected);
  const after = kept();
  for (const [name, content] of before) expect(after.get(name)).toBe(content); // not made again
  expect([...after.keys()]).toEqual(['trial-1.json', 'trial-2.json', 'trial-3.json']);
  expect(readdirSync(`${out}.trials`)).toHaveLength(3); // nothing half-written is left
}, 120_000);

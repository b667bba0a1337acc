import { expect, test } from 'vitest';
import { latest } from '../../src/page/latest.ts';

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('while work is under way only the latest input waits, and what is shown last belongs to it', async () => {
  const begun: number[] = [];
  const shown: [string, number][] = [];
  const answers: (() => void)[] = [];
  const ask = latest(
    (input: number) => {
      begun.push(input);
      return new Promise<string>((resolve) => answers.push(() => resolve(`answer ${input}`)));
    },
    (result, input) => shown.push([result, input]),
    () => {},
  );
  for (const input of [1, 2, 3, 4]) ask(input);
  expect(begun).toEqual([1]);
  answers[0]();
  await soon();
  expect(begun).toEqual([1, 4]);
  answers[1]();
  await soon();
  expect(shown).toEqual([
    ['answer 1', 1],
    ['answer 4', 4],
  ]);
  ask(5);
  expect(begun).toEqual([1, 4, 5]);
});

test('a failure is told, and does not stop what comes after it', async () => {
  const failures: unknown[] = [];
  const shown: number[] = [];
  const ask = latest(
    async (input: number) => {
      if (input === 1) throw new Error('no');
      return input;
    },
    (result) => shown.push(result),
    (error) => failures.push(error),
  );
  ask(1);
  ask(2);
  await soon();
  expect([failures.length, shown]).toEqual([1, [2]]);
});

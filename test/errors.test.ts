/** The one error type: what a program and the command line read from it. */
import { expect, test } from 'vitest';
import { type ErrorCode, StarlingError } from '../src/errors.ts';

test('an error carries its code, its message, its hint and its cause', () => {
  const cause = new Error('disk');
  const error = new StarlingError('CANNOT_WRITE', 'cannot write "a"', 'Free some space.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'StarlingError',
    code: 'CANNOT_WRITE',
    message: 'cannot write "a"',
    hint: 'Free some space.',
    cause,
  });
  expect(new StarlingError('BAD_INPUT', 'x').hint).toBe('');
});

test.each<[ErrorCode, number]>([
  ['BAD_OPTION', 2],
  ['BAD_INPUT', 3],
  ['NO_SUCH_FILE', 3],
  ['BAD_MODEL', 3],
  ['BAD_CHECKPOINT', 3],
  ['NOT_ENOUGH_DATA', 3],
  ['CANNOT_WRITE', 1],
  ['DIVERGED', 1],
  ['OUT_OF_MEMORY', 1],
  ['WORKER_DIED', 1],
  ['INTERRUPTED', 130],
])('the command line leaves after %s with the exit code %i', (code, exitCode) => {
  expect(new StarlingError(code, 'x').exitCode).toBe(exitCode);
});

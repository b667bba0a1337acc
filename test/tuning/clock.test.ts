import { expect, test } from 'vitest';
import { Clock } from '../../src/tuning/clock.ts';

/** A clock of 100 seconds whose time is set by hand. */
function clockAt(seconds = 100): { clock: Clock; at: (seconds: number) => Clock } {
  let now = 5000;
  const clock = new Clock(seconds, () => now);
  return {
    clock,
    at: (elapsed) => {
      now = 5000 + 1000 * elapsed;
      return clock;
    },
  };
}

test('the first trial of a run is made however late; with no time, none is', () => {
  expect(clockAt().at(500).allows(900, true)).toBe(true);
  expect(clockAt(0).clock.allows(900, true)).toBe(false);
});

test('a trial begins only if it ends in time, as those before it took', () => {
  const { clock, at } = clockAt();
  clock.spent(900, 40, 10);
  expect(at(50).allows(900, true)).toBe(true);
  expect(at(51).allows(900, true)).toBe(false);
  // With the encoders there it takes 10 seconds.
  expect(at(90).allows(900, false)).toBe(true);
  expect(at(91).allows(900, false)).toBe(false);
  clock.spent(900, null, 20);
  expect(at(86).allows(900, false)).toBe(false);
});

test('on as many reviews as were not tried yet it is expected to take as long for each', () => {
  const { clock, at } = clockAt();
  clock.spent(900, 40, 30);
  expect(at(90).allows(300, false)).toBe(true);
  expect(at(91).allows(300, false)).toBe(false);
  // From then on by its own.
  clock.spent(300, null, 20);
  expect(at(81).allows(300, false)).toBe(false);
});

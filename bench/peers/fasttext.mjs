/** The `fasttext` program: running it, and from its printed probabilities to ratings. */
import { spawnSync } from 'node:child_process';

/** Runs it. @returns what it printed, and the seconds it took, its reading and writing of files included */
export function fasttext(...args) {
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync('fasttext', args.map(String), {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (error || status !== 0)
    throw new Error(`fasttext ${args[0]} failed: ${error?.message ?? stderr.slice(-500)}`);
  return { stdout, seconds: (performance.now() - began) / 1000 };
}

/**
 * "__label__8 0.41 __label__7 0.2 ..." → the expected star; the printed probabilities do not quite add up to 1. NaN for the
 * empty line that it prints for a text of which it knows nothing.
 */
export function expectedStar(line) {
  const parts = line.trim().split(' ');
  let sum = 0;
  let expected = 0;
  for (let i = 0; i + 1 < parts.length; i += 2) {
    sum += Number(parts[i + 1]);
    expected += Number(parts[i + 1]) * Number(parts[i].slice('__label__'.length));
  }
  return expected / sum;
}

/**
 * The mutation check: Stryker changes one operator, bound or condition of the sources at a time and runs the tests that reach
 * it; a change that no test notices has survived. The command, the scores, and what survived and why: docs/testing.md.
 */
import { mutate, name } from './folders.mjs';

export default {
  mutate,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'bench/mutation/vitest.config.mjs' },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // A busy machine is no endless loop; most of those are found by counting anyway.
  timeoutMS: 15_000,
  dryRunTimeoutMinutes: 20,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  jsonReporter: { fileName: `bench/mutation/reports/${name}.json` },
  tempDirName: 'bench/mutation/.stryker-tmp',
  allowConsoleColors: false,
  thresholds: { high: 90, low: 80, break: 80 },
};

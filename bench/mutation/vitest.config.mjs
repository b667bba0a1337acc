/** The tests that the mutation check asks, the cheapest first. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { tests } from './folders.mjs';

class CheapestFirst extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId }) => tests.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: tests.map((name) => `test/${name}.test.ts`),
    sequence: { sequencer: CheapestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

/** Engines as they are opened and closed, for tests that ask whether each was closed. */
import type { Engine } from '../src/kernels/engine.ts';

type NodeEngine = typeof import('../src/tfjs/node-engine.ts');

/** With what each was opened, and whether it has been closed since; in order. */
export const opened: { given: unknown[]; closed: boolean }[] = [];

/** For `vi.mock` of tfjs/node-engine.ts: the module as it is, its engines in `opened`. */
export async function watched(original: () => Promise<NodeEngine>): Promise<NodeEngine> {
  const real = await original();
  return {
    ...real,
    openEngine: async (...given): Promise<Engine> => {
      const engine = await real.openEngine(...given);
      const record = { given, closed: false };
      opened.push(record);
      const close = engine.close.bind(engine);
      engine.close = () => {
        record.closed = true;
        close();
      };
      return engine;
    },
  };
}

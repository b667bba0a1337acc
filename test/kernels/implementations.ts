/** The kernel implementations that can run here; those that cannot are named with the reason. */
import { canRun, type EngineKind, engineKinds } from '../../src/kernels/node-engine.ts';

export const implementations: EngineKind[] = engineKinds.filter(
  (kind) => kind !== 'reference' && kind !== 'native' && canRun(kind),
);
for (const kind of engineKinds) {
  if (canRun(kind)) continue;
  const why = kind.startsWith('native')
    ? 'no native build (npm run build:native), or not on this processor'
    : `Node ${process.versions.node} has no relaxed SIMD (22 has)`;
  console.warn(`skipped: ${kind}, ${why}`);
}

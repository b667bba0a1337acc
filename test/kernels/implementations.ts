/** The kernel implementations that can run here; those that cannot are named with the reason. */
import type { EngineKind } from '../../src/kernels/node-engine.ts';
import { hasRelaxedSimd } from '../../src/kernels/wasm.ts';

export const implementations: EngineKind[] = ['wasm'];
if (hasRelaxedSimd()) implementations.push('wasm-relaxed');
else console.warn(`skipped: wasm-relaxed, Node ${process.versions.node} has no relaxed SIMD (22 has)`);

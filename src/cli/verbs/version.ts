/** `starling --version`. */
import { canRun, createEngine, engineKinds } from '../../kernels/node-engine.ts';
import { VERSION } from '../../version.ts';
import { printJson, printLine } from '../stdout.ts';

/** @param json also say what this machine computes with: the engine in use, and all kernels that would run here */
export async function version(json: boolean): Promise<void> {
  if (!json) return printLine(VERSION);
  const engine = createEngine();
  const kernels = engineKinds.filter(canRun);
  await printJson({ version: VERSION, node: process.versions.node, engine: engine.name, kernels });
  engine.close();
}

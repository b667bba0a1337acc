/** A worker of the crew: waits for orders, takes units while there are any, says that it is done. Sleeps when there is nothing to do. */
import { workerData } from 'node:worker_threads';
import { Arena } from './arena.ts';
import { type CrewData, ORDER, orderBlock, STOP, takeUnits, waitWhile } from './node-crew.ts';
import { type EngineKind, kernelsOf } from './node-engine.ts';
import { kernelNames } from './ops.ts';

const { memory, kind, block, worker, workers } = workerData as CrewData;
const { integers, args, message } = orderBlock(block);
const kernels = kernelsOf(kind as EngineKind, new Arena(memory), worker);

function work(): void {
  const kernel = kernels[kernelNames[integers[ORDER.kernel]]];
  const given = [...args.subarray(0, integers[ORDER.argumentCount])];
  takeUnits(kernel, integers[ORDER.units], workers, integers, given);
}

for (let seen = 0; ; seen++) {
  while (Atomics.load(integers, ORDER.generation) === seen) {
    waitWhile(integers, ORDER.generation, seen, Number.POSITIVE_INFINITY);
  }
  if (integers[ORDER.kernel] === STOP) break;
  try {
    work();
  } catch (error) {
    message.fill(0);
    new TextEncoder().encodeInto(String((error as Error).message), message);
    Atomics.store(integers, ORDER.failed, worker);
  }
  if (Atomics.sub(integers, ORDER.pending, 1) === 1) Atomics.notify(integers, ORDER.pending);
}

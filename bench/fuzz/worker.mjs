/** The thread that gives a reader its inputs, one after the other, and says which end in neither a StarlingError nor a sound answer. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { Draw } from './draw.mjs';

const { target, from, end, seed, dist, folder, now } = workerData;
const load = (name) => import(pathToFileURL(join(dist, name)).href);
const { StarlingError } = await load('errors.js');
const { reader } = await import(`./${target}.mjs`);
const run = await reader(load, folder);
const counts = { refused: 0, answered: 0 };
for (let number = from; number < end; number++) {
  Atomics.store(now, 0, number);
  try {
    await run(new Draw(seed, target, number), number);
    counts.answered++;
  } catch (error) {
    if (error instanceof StarlingError && error.message.length < 2000) counts.refused++;
    else {
      const failure = `${error?.stack ?? error}`.slice(0, 700);
      parentPort.postMessage({ number, failure });
    }
  }
  if ({}.polluted !== undefined) throw new Error('Object.prototype was changed');
}
parentPort.postMessage(counts);

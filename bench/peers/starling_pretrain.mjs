/**
 * starling's pre-training of one layer, through the library's door.
 *
 * Task: dist, reviews (JSON lines), options, encoders (folder to save them in, or null).
 * Result: cost, reviews/s and CPU time of the training itself; reading and tokenising is in readSeconds.
 */
import { checksum, readTask, say, writeResult } from './exchange.mjs';
import { loadStarling } from './library.mjs';

const task = readTask();
const { Encoders, readReviews, VERSION, chooseKind } = await loadStarling(task.dist);
const began = performance.now();
let firstEvent = null;
let trained = 0;
const history = [];
const encoders = await Encoders.pretrain(readReviews(task.reviews), {
  options: task.options,
  onProgress: ({ phase, epoch, epochEnd, cost, reviewsPerSecond }) => {
    if (phase !== 'pretrain') return;
    const now = performance.now();
    firstEvent ??= { at: now, cpu: process.cpuUsage() };
    if (!epochEnd) return;
    trained = now;
    history.push({ epoch, cost, reviewsPerSecond });
    say(`  epoch ${epoch}: cost ${cost.toFixed(2)}, ${Math.round(reviewsPerSecond)} reviews/s`);
  },
});
const cpu = process.cpuUsage(firstEvent.cpu);
const [summary] = encoders.summary;
if (task.encoders) await encoders.save(task.encoders);
const [layer] = encoders.layers;
writeResult({
  cost: summary.cost,
  reviewsPerSecond: summary.reviewsPerSecond,
  seconds: (summary.epochs * encoders.reviews) / summary.reviewsPerSecond,
  cpuSecondsPerThousand: (cpu.user + cpu.system) / 1000 / (summary.epochs * encoders.reviews),
  readSeconds: (firstEvent.at - began) / 1000,
  totalSeconds: (trained - began) / 1000,
  sparsity: summary.sparsity,
  history,
  checksum: checksum(layer.weights, layer.bias),
  version: `starling ${VERSION}, ${chooseKind(task.options.engine)}, node ${process.versions.node}`,
});

/**
 * Runs the contenders of a stage in turn, A B C A B C ..., so that what the machine does meanwhile falls on all of them;
 * then medians, and ratios that compare only runs of the same round.
 */
import { loadavg } from 'node:os';
import { say } from './exchange.mjs';

/**
 * @param stage { name, title, baseline, metric, higherIsBetter, contenders: [{ name, needs?, rounds?, run(round) }] }
 * @param available what findPeers found
 * @param onRun called with all runs so far after each run
 * @returns { runs, skipped, failed, summary }
 */
export async function runStage(stage, repeats, available, onRun) {
  say(`\n${stage.title}`);
  const skipped = [];
  const contenders = stage.contenders.filter(({ name, needs = [] }) => {
    const missing = needs.map((need) => available[need].missing).find(Boolean);
    if (missing) skipped.push({ name, reason: missing });
    return !missing;
  });
  for (const { name, reason } of skipped) say(`skipping ${name}: ${reason}`);
  const failed = [];
  const runs = [];
  for (let round = 1; round <= repeats; round++) {
    for (const contender of contenders) {
      if (round > (contender.rounds ?? repeats) || failed.some(({ name }) => name === contender.name))
        continue;
      say(`${contender.name} (${round} of ${contender.rounds ?? repeats})`);
      const [loadBefore] = loadavg();
      let result;
      try {
        result = await contender.run(round);
      } catch (error) {
        // Hours of the others' runs should not be lost to it; the program ends with 1 all the same.
        say(`${contender.name} failed: ${error.message}`);
        failed.push({ name: contender.name, reason: error.message });
        continue;
      }
      runs.push({ contender: contender.name, round, loadBefore, loadAfter: loadavg()[0], ...result });
      onRun(runs);
    }
  }
  return { runs, skipped, failed, summary: summarise(stage, contenders, runs) };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Per contender: median of every number, range of the metric, the baseline's advantage, the distinct checksums. */
function summarise({ baseline, metric, higherIsBetter }, contenders, runs) {
  const metricOf = new Map(runs.map((run) => [`${run.contender} ${run.round}`, run[metric]]));
  return contenders.flatMap(({ name }) => {
    const own = runs.filter(({ contender }) => contender === name);
    if (own.length === 0) return [];
    const numbers = Object.keys(own[0]).filter((key) => typeof own[0][key] === 'number' && key !== 'round');
    const ratios = own.flatMap((run) => {
      const base = metricOf.get(`${baseline} ${run.round}`);
      return base === undefined ? [] : [higherIsBetter ? base / run[metric] : run[metric] / base];
    });
    const values = own.map((run) => run[metric]);
    return {
      contender: name,
      runs: own.length,
      median: Object.fromEntries(numbers.map((key) => [key, median(own.map((run) => run[key]))])),
      least: Math.min(...values),
      most: Math.max(...values),
      baselineIsTimesBetter: ratios.length > 0 ? median(ratios) : null,
      checksums: [...new Set(own.map(({ checksum }) => checksum))],
      version: own[0].version,
    };
  });
}

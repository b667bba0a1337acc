/** The results as Markdown: medians over the seeds, per set and label count, and starling against the best peer. */

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const PEERS = ['ridge', 'logistic', 'nb', 'fasttext'];

export function qualityTable(results) {
  const contenders = [...new Set(results.map(({ contender }) => contender))];
  const cases = [...new Set(results.map(({ set, labels }) => `${set} ${labels}`))];
  const lines = [
    `| set | labels | ${contenders.join(' | ')} | starling against the best peer |`,
    `|:--|--:|${contenders.map(() => '--:').join('|')}|--:|`,
  ];
  const gains = [];
  for (const name of cases) {
    const own = results.filter(({ set, labels }) => `${set} ${labels}` === name);
    const of = (contender) => {
      const values = own.filter((r) => r.contender === contender).map(({ rmse }) => rmse);
      return values.length > 0 ? median(values) : null;
    };
    const best = Math.min(...PEERS.map(of).filter((value) => value !== null));
    const starling = of('starling');
    const gain = starling !== null && Number.isFinite(best) ? 1 - starling / best : null;
    if (gain !== null) gains.push(gain);
    const cell = (contender) => {
      const value = of(contender);
      return value === null ? '' : value.toFixed(4);
    };
    const [{ set, rated }] = own;
    lines.push(
      `| ${set} | ${rated.toLocaleString('en-US')} | ${contenders.map(cell).join(' | ')} | ${gain === null ? '' : `${(100 * gain).toFixed(1)} %`} |`,
    );
  }
  const summary =
    gains.length > 0
      ? `\nTest RMSE, medians over the seeds. starling's error is smaller than the best peer's by ${(100 * median(gains)).toFixed(1)} % in the median, at least ${(100 * Math.min(...gains)).toFixed(1)} %.`
      : '';
  const withClasses = results.filter(({ set }) => set === 'imdb' || set === 'amazon');
  const classes = withClasses.map(
    ({ set, labels, seed, contender, accuracy, auc }) =>
      `| ${set} | ${labels} | ${seed} | ${contender} | ${(100 * accuracy).toFixed(2)} % | ${auc.toFixed(4)} |`,
  );
  return [
    ...lines,
    summary,
    ...(classes.length > 0
      ? ['', '| set | labels | seed | contender | accuracy | AUC |', '|:--|--:|--:|:--|--:|--:|', ...classes]
      : []),
  ].join('\n');
}

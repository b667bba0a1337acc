/** What is said of a contender's ratings: RMSE, MAE, and the two-class reading of the same ratings. */

export function measure(ratings, actual, levels) {
  const n = actual.length;
  let squares = 0;
  let absolute = 0;
  actual.forEach((truth, i) => {
    squares += (ratings[i] - truth) ** 2;
    absolute += Math.abs(ratings[i] - truth);
  });
  return {
    rmse: Math.sqrt(squares / n),
    mae: absolute / n,
    ...twoClasses(ratings, actual, (levels[0] + levels.at(-1)) / 2),
  };
}

/** Positive is above the middle of the scale; reviews in the middle itself are left out. */
function twoClasses(ratings, actual, middle) {
  const reviews = Array.from(actual, (truth, i) => ({ rating: ratings[i], positive: truth > middle, truth }));
  const sided = reviews.filter(({ truth }) => truth !== middle);
  const right = sided.filter(({ rating, positive }) => rating > middle === positive).length;
  return { accuracy: right / sided.length, auc: areaUnderCurve(sided) };
}

/** Probability that a positive review is rated above a negative one; ties count half (Mann-Whitney). */
function areaUnderCurve(reviews) {
  const order = [...reviews].sort((a, b) => a.rating - b.rating);
  let ranks = 0;
  let positives = 0;
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && order[end].rating === order[i].rating) end++;
    for (let k = i; k < end; k++) {
      if (!order[k].positive) continue;
      ranks += (i + end + 1) / 2;
      positives++;
    }
    i = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}

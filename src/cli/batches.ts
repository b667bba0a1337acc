/** Items in batches: large ones for speed, but what has arrived is not held back when the input pauses. */

/**
 * @param most items in a batch
 * @param patience milliseconds after the first item of a batch after which it is handed on as it is
 */
export async function* inBatches<T>(
  items: AsyncIterable<T>,
  most: number,
  patience: number,
): AsyncGenerator<T[]> {
  const iterator = items[Symbol.asyncIterator]();
  let batch: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let late: Promise<null> | undefined;
  try {
    for (let next = iterator.next(); ; ) {
      const arrived = await (late ? Promise.race([next, late]) : next);
      if (arrived !== null && !arrived.done) {
        batch.push(arrived.value);
        next = iterator.next();
        next.catch(() => {}); // an error is thrown at the next await, not while a batch is being worked on
        late ??= new Promise((resolve) => {
          timer = setTimeout(resolve, patience, null);
        });
        if (batch.length < most) continue;
      }
      clearTimeout(timer);
      late = undefined;
      if (batch.length > 0) yield batch;
      batch = [];
      if (arrived?.done) return;
    }
  } finally {
    clearTimeout(timer);
    await iterator.return?.();
  }
}

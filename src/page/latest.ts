/**
 * Work that only ever has to be done for the latest input: one at a time, and what came in between is passed over. So a
 * fast typist waits for at most two answers, and a slow one never sees an old answer after a newer one.
 */

/**
 * @param work must not be begun for a second input before the first is done
 * @param show is given the result, and the input that it belongs to
 */
export function latest<T, R>(
  work: (input: T) => Promise<R>,
  show: (result: R, input: T) => void,
  fail: (error: unknown) => void,
): (input: T) => void {
  let waiting: { readonly input: T } | null = null;
  let busy = false;
  const run = async (): Promise<void> => {
    busy = true;
    while (waiting) {
      const { input }: { readonly input: T } = waiting;
      waiting = null;
      try {
        show(await work(input), input);
      } catch (error) {
        fail(error);
      }
    }
    busy = false;
  };
  return (input) => {
    waiting = { input };
    if (!busy) void run();
  };
}

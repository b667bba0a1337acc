/**
 * Whole tasks side by side in worker threads: for work that shares nothing while it runs, such as the folds of a
 * cross-validation. (What shares an arena is the crew's, see node-crew.ts.)
 *
 * A task module exports `prepare(data)`, called once per worker, and `run(prepared, task, post)`, called for each task.
 */
import { Worker } from 'node:worker_threads';
import { StarlingError } from '../errors.ts';
import { workerFile } from './node-worker-file.ts';

export interface TaskModule<Data, Prepared, Result, Message> {
  prepare(data: Data): Prepared;
  run(prepared: Prepared, task: number, post: (message: Message) => void): Promise<Result>;
}

export type TaskAnswer =
  | { readonly kind: 'message'; readonly task: number; readonly message: unknown }
  | { readonly kind: 'result'; readonly task: number; readonly result: unknown }
  | {
      readonly kind: 'error';
      readonly task: number;
      readonly name: string;
      readonly code?: string;
      readonly message: string;
      readonly hint?: string;
    };

export interface TaskSettings<Data> {
  /** Address of the task module. */
  readonly module: URL;
  /** Given to every worker by structured clone; arrays over shared memory are not copied. */
  readonly data: Data;
  readonly tasks: number;
  readonly workers: number;
}

/**
 * Runs tasks 0 to tasks - 1, each in the first worker that is free.
 * @returns the results in the order of the tasks
 * @throws the error of the first task that fails; StarlingError WORKER_DIED when a worker ends
 */
export async function runTasks<Data, Result, Message>(
  settings: TaskSettings<Data>,
  onMessage: (task: number, message: Message) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const crew = Array.from(
    { length: Math.min(settings.workers, settings.tasks) },
    () =>
      new Worker(workerFile('node-tasks-worker', import.meta.url), {
        workerData: { module: settings.module.href, data: settings.data },
      }),
  );
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const more = (): void => {
        if (next < settings.tasks) worker.postMessage(next++);
        else resolve();
      };
      worker.on('message', (answer: TaskAnswer) => {
        if (answer.kind === 'message') onMessage(answer.task, answer.message as Message);
        else if (answer.kind === 'error') reject(asError(answer));
        else {
          results[answer.task] = answer.result as Result;
          more();
        }
      });
      worker.on('error', (error) => reject(died(error.message)));
      worker.on('exit', (code) => reject(died(`it ended with ${code}`)));
      more();
    });
  try {
    await Promise.all(crew.map(serve));
  } finally {
    await Promise.all(crew.map((worker) => worker.terminate()));
  }
  return results;
}

function asError({ name, code, message, hint }: TaskAnswer & { kind: 'error' }): Error {
  if (name === 'StarlingError') return new StarlingError(code as StarlingError['code'], message, hint);
  return new Error(message);
}

function died(why: string): StarlingError {
  return new StarlingError(
    'WORKER_DIED',
    `a worker thread ended before its work was done: ${why}`,
    'Try again with fewer threads (each has a network of its own in memory).',
  );
}

/**
 * Whole tasks side by side in worker threads: for work that shares nothing while it runs, such as the folds of a
 * cross-validation or batches of texts to rate. (What shares an arena is the crew's, see node-crew.ts.)
 *
 * A task module exports `prepare(data)`, called once per worker, and `run(prepared, task, post)`, called for each task.
 */
import { Worker } from 'node:worker_threads';
import { StarlingError } from '../errors.ts';
import { workerFile } from './node-worker-file.ts';

export interface TaskModule<Data, Prepared, Task, Result, Message> {
  prepare(data: Data): Prepared | Promise<Prepared>;
  run(prepared: Prepared, task: Task, post: (message: Message) => void): Result | Promise<Result>;
}

export type TaskAnswer =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'result'; readonly result: unknown }
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly code?: string;
      readonly message: string;
      readonly hint?: string;
    };

export interface PoolSettings<Data> {
  /** Address of the task module. */
  readonly module: URL;
  /** Given to every worker by structured clone; arrays over shared memory are not copied. */
  readonly data: Data;
  readonly workers: number;
}

interface Job<Task, Result, Message> {
  readonly task: Task;
  readonly onMessage?: (message: Message) => void;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** Workers that take tasks in the order in which they come, each in the first one that is free. */
export class TaskPool<Data, Task, Result, Message = never> {
  private readonly settings: PoolSettings<Data>;
  private readonly workers: Worker[] = [];
  private readonly idle: Worker[] = [];
  private readonly waiting: Job<Task, Result, Message>[] = [];
  private readonly running = new Map<Worker, Job<Task, Result, Message>>();
  /** Why the pool takes no more. */
  private broken: Error | null = null;

  constructor(settings: PoolSettings<Data>) {
    this.settings = settings;
  }

  /**
   * Runs a task when its turn comes; a worker is started if none is free and there may be more.
   * @throws the error of the task; StarlingError WORKER_DIED when a worker ends, for this task and all later ones
   */
  run(task: Task, onMessage?: (message: Message) => void): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.broken) {
        reject(this.broken);
        return;
      }
      this.waiting.push({ task, onMessage, resolve, reject });
      if (this.idle.length === 0 && this.workers.length < this.settings.workers) this.start();
      this.assign();
    });
  }

  /** Ends the workers; what still ran is refused. */
  async close(): Promise<void> {
    this.fail(died('it was closed'));
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private start(): void {
    const { module, data } = this.settings;
    const worker = new Worker(workerFile('node-tasks-worker', import.meta.url), {
      workerData: { module: module.href, data },
    });
    worker.on('message', (answer: TaskAnswer) => this.hear(worker, answer));
    worker.on('error', (error) => this.fail(died(error.message)));
    worker.on('exit', (code) => this.fail(died(`it ended with ${code}`)));
    this.workers.push(worker);
    this.idle.push(worker);
  }

  private assign(): void {
    while (this.waiting.length > 0 && this.idle.length > 0) {
      const worker = this.idle.pop()!;
      const job = this.waiting.shift()!;
      this.running.set(worker, job);
      worker.postMessage(job.task);
    }
  }

  private hear(worker: Worker, answer: TaskAnswer): void {
    const job = this.running.get(worker);
    if (!job) return;
    if (answer.kind === 'message') {
      job.onMessage?.(answer.message as Message);
      return;
    }
    this.running.delete(worker);
    this.idle.push(worker);
    if (answer.kind === 'error') job.reject(asError(answer));
    else job.resolve(answer.result as Result);
    this.assign();
  }

  private fail(error: Error): void {
    if (this.broken) return;
    this.broken = error;
    for (const { reject } of [...this.running.values(), ...this.waiting]) reject(error);
    this.running.clear();
    this.waiting.length = 0;
  }
}

/**
 * Runs the tasks of a list, and ends the workers.
 * @param onResult is called as each task ends; what it gives is waited for
 * @returns the results in the order of the tasks
 * @throws the error of the first task that fails; StarlingError WORKER_DIED when a worker ends
 */
export async function runTasks<Data, Task, Result, Message>(
  settings: PoolSettings<Data> & { readonly tasks: readonly Task[] },
  onMessage: (task: Task, message: Message) => void,
  onResult: (result: Result) => Promise<void> | undefined = () => undefined,
): Promise<Result[]> {
  const { tasks, workers, ...rest } = settings;
  const pool = new TaskPool<Data, Task, Result, Message>({
    ...rest,
    workers: Math.min(workers, tasks.length),
  });
  const results = tasks.map(async (task) => {
    const result = await pool.run(task, (message) => onMessage(task, message));
    await onResult(result);
    return result;
  });
  try {
    return await Promise.all(results);
  } catch (error) {
    // Each task that was asked to stop saves what it has.
    if (error instanceof StarlingError && error.code === 'INTERRUPTED') await Promise.allSettled(results);
    throw error;
  } finally {
    await pool.close();
  }
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

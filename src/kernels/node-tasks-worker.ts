/** A worker of node-tasks.ts: loads the task module, runs the tasks that it is handed, sends back what they give. */
import { parentPort, workerData } from 'node:worker_threads';
import type { TaskAnswer, TaskModule } from './node-tasks.ts';

const { module, data } = workerData as { module: string; data: unknown };
const answer = (message: TaskAnswer): void => parentPort!.postMessage(message);

const ready = import(module).then(async (tasks: TaskModule<unknown, unknown, unknown, unknown, unknown>) => ({
  tasks,
  prepared: await tasks.prepare(data),
}));
ready.catch(() => {}); // is said in answer to the first task

parentPort!.on('message', async (task: unknown) => {
  try {
    const { tasks, prepared } = await ready;
    const post = (message: unknown): void => answer({ kind: 'message', message });
    answer({ kind: 'result', result: await tasks.run(prepared, task, post) });
  } catch (error) {
    const { name, message, code, hint } = error as Error & { code?: string; hint?: string };
    answer({ kind: 'error', name, message, code, hint });
  }
});

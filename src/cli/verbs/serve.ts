/** `starling serve`: a model behind an HTTP API and a page, until it is asked to stop. */
import { SentimentModel } from '../../model/sentiment-model.ts';
import { isLoopback, startServer } from '../../server/serve.ts';
import type { Flags } from '../flags.ts';
import { onFirstInterrupt } from '../interrupts.ts';
import { Notes } from '../notes.ts';
import { printJson, printLine } from '../stdout.ts';

export async function serve(folder: string, flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const { host, port, threads, maxBody, maxRequests, timeLimit } = flags;
  const silenceSeconds = timeLimit === undefined ? undefined : 2 * timeLimit + 30;
  const asked = { maxBodyBytes: maxBody, maxRequests, workSeconds: timeLimit, silenceSeconds };
  const limits = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const model = await SentimentModel.load(folder, flags.engine);
  const server = await startServer(model, {
    host,
    port,
    workers: threads,
    limits: maxBody ? { ...limits, maxHeldBytes: Math.max(32 * 2 ** 20, 4 * maxBody) } : limits,
    onFailure: (why) =>
      notes.say(
        process.env.STARLING_DEBUG === '1'
          ? why
          : 'a request failed that should not have; STARLING_DEBUG=1 shows why',
      ),
  });
  model.close();
  const stopped = new Promise<void>((resolve, reject) => {
    onFirstInterrupt(() => {
      notes.say('stopping: what was accepted is answered first; Ctrl-C again leaves at once');
      server.stop().then(resolve, reject);
    });
  });
  if (flags.json) await printJson({ url: server.url, host: server.host, port: server.port });
  else await printLine(server.url);
  if (!isLoopback(server.host)) notes.say('other machines can reach this server, and there is no password');
  notes.say('serving until Ctrl-C');
  await stopped;
}

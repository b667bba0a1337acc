/** The flags of checkpoints, and a run with one: Ctrl-C saves its state, and a good end takes the checkpoint away. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { CheckpointSettings } from '../checkpoint/store.ts';
import { StarlingError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { onFirstInterrupt, uninterrupted } from './interrupts.ts';
import type { Notes } from './notes.ts';

export interface CheckpointFlags {
  /** False: none. */
  readonly checkpoint?: string | false;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
}

/** @param out whether the verb has --out, beside which the checkpoint is by default */
export function addCheckpointFlags(command: CommandUnknownOpts, out: boolean): void {
  const add = (option: Option): void => {
    command.addOption(option.helpGroup('Checkpoint:'));
  };
  const where = out ? 'default: <out>.checkpoint' : 'default: none';
  add(new Option('--checkpoint <dir>', `leave the state of the run there while it lasts (${where})`));
  add(new Option('--no-checkpoint', 'leave no state').hideHelp(!out));
  add(
    new Option('--checkpoint-every <seconds>', 'how often, and besides at Ctrl-C (default: 60)').argParser(
      parseSeconds,
    ),
  );
  add(new Option('--resume', 'go on where a run with the same command was, if it left its state'));
}

function parseSeconds(written: string): number {
  if (/^\d{1,9}(\.\d*)?$/.test(written.trim())) return Number(written);
  throw new StarlingError('BAD_OPTION', `--checkpoint-every is "${written}", expected a number from 0`);
}

export class RunCheckpoint {
  /** For the library; undefined when no checkpoint is wanted. */
  readonly settings: CheckpointSettings | undefined;
  private readonly stopping = new AbortController();
  private release: (() => void) | null = null;

  /** @throws StarlingError BAD_OPTION when there is nothing to resume from */
  constructor(flags: CheckpointFlags & { readonly out?: string }, notes: Notes) {
    const beside = flags.out?.replace(/[\\/]+$/, '');
    const dir = flags.checkpoint ?? (beside && `${beside}.checkpoint`);
    if (dir) {
      this.settings = {
        dir,
        everySeconds: flags.checkpointEvery,
        resume: flags.resume,
        signal: this.stopping.signal,
        onNote: (sentence) => notes.say(sentence),
      };
    } else if (flags.resume || flags.checkpointEvery !== undefined) {
      const flag = flags.resume ? '--resume' : '--checkpoint-every';
      throw new StarlingError(
        'BAD_OPTION',
        `${flag} was given, but no checkpoint`,
        'Name its folder with --checkpoint.',
      );
    }
  }

  /** From the first event on there is a state to save: until then, and without a checkpoint, Ctrl-C leaves at once. */
  follow(listener: OnProgress): OnProgress {
    if (!this.settings) return listener;
    return (event) => {
      this.release ??= onFirstInterrupt(() => this.stopping.abort());
      listener(event);
    };
  }

  /**
   * Runs what learns.
   * @throws StarlingError INTERRUPTED; what learning throws. After DIVERGED the checkpoint is of no use: it is removed.
   */
  async around<T>(learn: () => Promise<T>): Promise<T> {
    try {
      return await learn();
    } catch (error) {
      if (error instanceof StarlingError && error.code === 'DIVERGED') await this.remove();
      throw error;
    } finally {
      this.release?.();
    }
  }

  /** Does what is left to do, and takes the checkpoint away. */
  async end(save: () => Promise<void> = async () => {}): Promise<void> {
    await uninterrupted(async () => {
      await save();
      await this.remove();
    });
  }

  private async remove(): Promise<void> {
    if (!this.settings) return;
    const { removeCheckpoint } = await import('../checkpoint/store.ts');
    await removeCheckpoint(this.settings.dir);
  }
}

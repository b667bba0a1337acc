/**
 * `starling completion bash|zsh|fish`: the script by which a shell completes verbs, flags and the values of flags. Made from
 * the program as commander knows it, so that it cannot know other flags than there are.
 */
import { Argument, type CommandUnknownOpts, type Option } from '@commander-js/extra-typings';
import { formatNames } from '../corpus/report.ts';
import { type OptionSpec, optionNames, optionSpecs } from '../options.ts';
import type { CompletedFlag, CompletedVerb } from './completion-scripts.ts';
import { flagOf } from './option-flags.ts';
import { print } from './stdout.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

const HOW = `
Put it where your shell looks for it:
  bash: starling completion bash > ~/.local/share/bash-completion/completions/starling
  zsh:  starling completion zsh > ~/.zfunc/_starling   (with fpath+=~/.zfunc before compinit in ~/.zshrc)
  fish: starling completion fish > ~/.config/fish/completions/starling.fish
`;

/** Adds the verb to a program that has all others. */
export function addCompletion(program: CommandUnknownOpts): void {
  const summary = 'Print the script by which bash, zsh or fish completes verbs and flags';
  program
    .command('completion')
    .summary(summary)
    .description(`${summary}.`)
    .addArgument(new Argument('<shell>', 'whose script').choices(shells))
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HOW)
    .action(async (shell) => {
      const { scripts } = await import('./completion-scripts.ts');
      await print(scripts[shell as (typeof shells)[number]](completedVerbs(program)));
    });
}

/** What there is to complete. */
export function completedVerbs(program: CommandUnknownOpts): CompletedVerb[] {
  return program.commands.map((command) => {
    const choices = command.registeredArguments.find(({ argChoices }) => argChoices)?.argChoices;
    return {
      name: command.name(),
      summary: command.summary(),
      flags: command
        .createHelp()
        .visibleOptions(command)
        .map((option) => completed(option as Option)),
      operands: choices ?? (command.registeredArguments.length > 0 ? 'file' : 'none'),
    };
  });
}

function completed({ flags, long, description }: Option): CompletedFlag {
  return { flag: long!, help: description, value: valueAfter(long!, flags, description) };
}

/** Words for each flag of an option with choices. */
const choices = new Map<string, readonly string[]>(
  optionNames.flatMap((name) => {
    const spec: OptionSpec = optionSpecs[name];
    return spec.type === 'choice' ? [[flagOf(name), spec.choices] as const] : [];
  }),
);

function valueAfter(long: string, flags: string, help: string): CompletedFlag['value'] {
  const [, placeholder] = /<(\w+)/.exec(flags) ?? [];
  if (placeholder === undefined) return 'none';
  const words = choices.get(long);
  if (words) return words;
  if (long === '--format') return formatNames;
  if (long === '--to') return help.split(/, | or /);
  if (placeholder === 'file') return 'file';
  return placeholder === 'dir' || placeholder === 'model' ? 'folder' : 'any';
}

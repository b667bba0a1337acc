/** The command line as commander knows it, built from the verbs. */
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { SHIPPED } from '../saved/shipped.ts';
import { addCheckpointFlags } from './checkpoint-flags.ts';
import { addCompletion } from './completion.ts';
import { addExperimentFlags } from './experiment-flags.ts';
import { addLearningFlags, addOutputFlags, addReadingFlags, type Flags } from './flags.ts';
import { modelOperand } from './model-operand.ts';
import { addOptionFlags } from './option-flags.ts';
import { addPieceFlags } from './piece-flags.ts';
import { addServeFlags } from './serve-flags.ts';
import { addTuneFlags } from './tune-flags.ts';
import { type Verb, verbs } from './verbs.ts';

const FILES =
  'review files: CSV, TSV, JSON lines, text, fastText, svmlight, Parquet, also gzip or zstd; "-" is standard input';

const MODEL = `folder that "starling train" wrote, or a model that comes with starling: ${SHIPPED.join(', ')}`;

const TEXTS = `texts, each in quotation marks, or ${FILES} (default: -)`;

const EXAMPLES = [
  'starling inspect reviews.csv',
  'starling crossvalidate reviews.csv --unlabelled more.csv',
  'starling train reviews.csv --unlabelled more.csv --out model',
  'starling predict model new.csv > rated.csv',
  'echo "Lovely food." | starling predict model --format txt',
  'starling explain model "The food was lovely, the wait was not."',
  'starling serve model',
];

const EXIT_CODES = 'Exit codes: 0 well, 1 failure, 2 usage, 3 bad data, 130 interrupted.';

const AFTER_ALL = `
"starling VERB --help" shows the flags of a verb.
${EXIT_CODES}`;

/** @param args what will be parsed, for messages that depend on it */
export function createProgram(args: readonly string[]): CommandUnknownOpts {
  const program = new Command('starling')
    .description('Learns star ratings from review text, most of it unlabelled.')
    .usage('VERB ...')
    .enablePositionalOptions()
    .option('-V, --version', 'print the version; with --json also the engine')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [verb]', 'show the help of a verb')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({ outputError: (message, write) => write(usageError(message, args)) })
    .exitOverride()
    .addHelpText('after', examples(EXAMPLES) + AFTER_ALL);
  for (const verb of verbs) addVerb(program, verb);
  addCompletion(program);
  return program;
}

function addVerb(program: CommandUnknownOpts, verb: Verb): void {
  const command: CommandUnknownOpts = program
    .command(verb.name)
    .summary(verb.summary)
    .description(`${verb.summary}. ${verb.more}`)
    .configureHelp({});
  if (verb.model) command.argument('<model>', MODEL);
  if (verb.subjects) command.addArgument(new Argument('<name>', 'what to do').choices(verb.subjects));
  if (verb.texts) command.argument('[texts...]', TEXTS);
  else if (verb.noFiles) command.allowExcessArguments(false);
  else if (verb.filesOptional) command.argument('[files...]', `${FILES} (default: -)`);
  else command.argument('<files...>', FILES);
  if (!verb.noFiles) addReadingFlags(command, verb);
  if (verb.learns) addLearningFlags(command, verb);
  if (verb.experiments) addExperimentFlags(command);
  if (verb.tunes) addTuneFlags(command);
  if (verb.checkpoints) addCheckpointFlags(command, verb.out !== undefined);
  if (verb.pieces) addPieceFlags(command, verb.pieces);
  if (verb.serves) addServeFlags(command);
  addOutputFlags(command, verb);
  addOptionFlags(command, verb.groups, verb.idle);
  command.addHelpText('after', `${examples(verb.examples)}\n${EXIT_CODES}`);
  command.action(async () => {
    const operands = [...(command.processedArgs as unknown[])];
    const first = verb.model || verb.subjects ? (operands.shift() as string) : '';
    const files = (operands[0] ?? []) as string[];
    const { folder, rest } = verb.model ? await modelOperand(first, files) : { folder: '', rest: files };
    await verb.run({ model: folder, subject: first, files: rest }, command.opts() as Flags);
  });
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/** Commander's message in our form: one line, then what to do. */
function usageError(message: string, args: readonly string[]): string {
  const [line, ...rest] = message
    .trimEnd()
    .replace(/^error: /, 'starling: ')
    .split('\n');
  const hints = rest.map((hint) => hint.replace(/^\((.*)\)$/, '$1'));
  if (line.includes("missing required argument 'files'") && args.includes('--unlabelled')) {
    hints.push('--unlabelled takes all files that follow it: name the rated ones first.');
  }
  if (hints.length === 0 && line.includes('unknown command')) {
    hints.push(`There are: ${verbs.map(({ name }) => name).join(', ')}.`);
  }
  if (hints.length === 0) hints.push('Add --help to see how it is used.');
  return `${[line, ...hints].join('\n')}\n`;
}

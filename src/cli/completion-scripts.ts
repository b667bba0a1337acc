/** What is to be completed → the scripts of three shells. Only text: nothing here knows which verbs there are. */
export interface CompletedFlag {
  /** With its hyphens. */
  readonly flag: string;
  readonly help: string;
  /** What follows it: nothing, one of some words, a file, a folder, or something that cannot be guessed. */
  readonly value: 'none' | 'file' | 'folder' | 'any' | readonly string[];
}

export interface CompletedVerb {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** What its arguments are. */
  readonly operands: 'file' | 'none' | readonly string[];
}

const heading = (shell: string): string => `made by: starling completion ${shell}`;

/** In single quotes, as all three shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** bash: where nothing is suggested, readline completes files (complete -o default). */
function bashScript(verbs: readonly CompletedVerb[]): string {
  const names = verbs.map(({ name }) => name);
  const values = verbs.flatMap(({ name, flags }) =>
    flags.flatMap(({ flag, value }) =>
      typeof value === 'string' ? [] : [`    ${name}:${flag}) words=${quoted(value.join(' '))} ;;`],
    ),
  );
  const taking = verbs.map(({ name, flags }) => {
    const own = flags.filter(({ value }) => value !== 'none').map(({ flag }) => `${name}:${flag}`);
    return own.join('|');
  });
  const lists = verbs.map(
    ({ name, flags }) => `      ${name}) words=${quoted(flags.map(({ flag }) => flag).join(' '))} ;;`,
  );
  const operands = verbs
    .filter(({ operands }) => typeof operands !== 'string')
    .map(({ name, operands }) => `      ${name}) words=${quoted((operands as string[]).join(' '))} ;;`);
  return `# bash completion for starling; ${heading('bash')}
_starling() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${names.join('|')}) verb=\${COMP_WORDS[i]}; break ;;
    esac
  done
  COMPREPLY=()
  if [[ -z $verb ]]; then
    COMPREPLY=($(compgen -W ${quoted([...names, 'help', '--help', '--version'].join(' '))} -- "$cur"))
    return
  fi
  case $verb:$prev in
${values.join('\n')}
    ${taking.filter((flags) => flags !== '').join('|')}) return ;;
    *)
      if [[ $cur == -* ]]; then
        case $verb in
${lists.map((line) => `    ${line}`).join('\n')}
        esac
      else
        case $verb in
${operands.map((line) => `    ${line}`).join('\n')}
        esac
      fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _starling starling
`;
}

/** zsh: an _arguments specification per verb. */
function zshScript(verbs: readonly CompletedVerb[]): string {
  const list = verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = verbs.map(({ name, flags, operands }) => {
    const specs = flags.map((flag) => quoted(zshFlag(flag)));
    if (operands === 'file') specs.push(quoted('*:file:_files'));
    else if (operands !== 'none') specs.push(quoted(`1:${name}:(${operands.join(' ')})`));
    return `        ${name})\n          _arguments -S \\\n            ${specs.join(' \\\n            ')} ;;`;
  });
  return `#compdef starling
# zsh completion for starling; ${heading('zsh')}
_starling() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a verbs=(
${list.join('\n')}
  )
  _arguments -C '(- *)--help[show the help]' '(- *)--version[print the version]' '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe 'verb' verbs ;;
    rest)
      case $words[1] in
${cases.join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _starling ]]; then _starling "$@"; else compdef _starling starling; fi
`;
}

function zshFlag({ flag, help, value }: CompletedFlag): string {
  const text = help.replaceAll(/[\\[\]]/g, '\\$&');
  const after = {
    none: '',
    any: ':value: ',
    file: ':file:_files',
    folder: ':folder:_files -/',
  };
  const action = typeof value === 'string' ? after[value] : `:value:(${value.join(' ')})`;
  return `*${flag}[${text}]${action}`;
}

/** fish: a line per verb and per flag. */
function fishScript(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap(({ name, summary, flags, operands }) => {
    const inVerb = `complete -c starling -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c starling -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(summary)}`,
      ...(operands === 'file'
        ? []
        : [`${inVerb} -f${operands === 'none' ? '' : ` -a ${quoted(operands.join(' '))}`}`]),
      ...flags.map(({ flag, help, value }) => {
        const after = {
          none: '',
          any: ' -x',
          file: ' -r -F',
          folder: " -x -a '(__fish_complete_directories)'",
        };
        const values = typeof value === 'string' ? after[value] : ` -x -a ${quoted(value.join(' '))}`;
        return `${inVerb} -l ${flag.slice(2)}${values} -d ${fishQuoted(help)}`;
      }),
    ];
  });
  return `# fish completion for starling; ${heading('fish')}\n${lines.join('\n')}\n`;
}

/** fish reads \\' within single quotes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

export const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/**
 * A plugin of typedoc: the options of the library are one table of data (src/options.ts), whose type says no defaults and no ranges. Here the
 * page of the type `Options` gets that table: group, default, range or choices, help line.
 */
import { Comment, Converter, ReflectionKind } from 'typedoc';
import { optionSpecs } from '../dist/options.js';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const [options] = project
      .getReflectionsByKind(ReflectionKind.TypeAlias)
      .filter(({ name }) => name === 'Options');
    if (!options) throw new Error('the reference has no type "Options"');
    options.comment = new Comment([{ kind: 'text', text: `${table()}\n` }]);
  });
}

/** A table in Markdown: a row for each option. */
export function table() {
  const rows = Object.entries(optionSpecs).map(([name, spec]) => {
    const given = Array.isArray(spec.default) ? JSON.stringify(spec.default) : String(spec.default);
    return `| \`${name}\` | ${spec.group} | \`${given}\` | ${range(spec)} | ${spec.help.replaceAll('|', '\\|')} |`;
  });
  const head = '| option | group | default | values | what it does |\n|---|---|---|---|---|';
  return `All options with their values; a list gives one value per hidden layer, and its last value serves all deeper ones.\n\n${head}\n${rows.join('\n')}`;
}

function range(spec) {
  if (spec.type === 'boolean') return 'true, false';
  if (spec.type === 'choice') return spec.choices.join(', ');
  if (spec.type === 'model') return 'a folder, a name, none';
  const numbers = {
    integer: 'whole number',
    number: 'number',
    integers: 'list of whole numbers',
    numbers: 'list of numbers',
  };
  return `${numbers[spec.type]} from ${spec.min} to ${spec.max}`;
}

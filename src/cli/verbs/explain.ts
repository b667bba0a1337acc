/** `starling explain`: which words made the rating of a text. */
import type { Explanation } from '../../explanation/explanation.ts';
import { SentimentModel } from '../../model/sentiment-model.ts';
import { explanationText } from '../../report/explanation-table.ts';
import { printable } from '../../report/printable.ts';
import type { Flags } from '../flags.ts';
import { Notes, styleFor } from '../notes.ts';
import { paintFor } from '../paint.ts';
import { refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJsonLine, printLine } from '../stdout.ts';
import { textsFrom } from '../texts.ts';

/** Terms that are listed without --top. */
const LISTED = 12;

export async function explain(folder: string, given: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const { reading } = await gatherSettings(flags);
  const operands = given.length > 0 ? given : ['-'];
  refuseTwoInputs(operands);
  const model = await SentimentModel.load(folder);
  const style = styleFor(process.stdout);
  const paint = paintFor(process.stdout);
  let shown = 0;
  for await (const { id, text } of textsFrom(operands, textOnly(reading), notes)) {
    const explanation = model.explain(text);
    if (flags.json) {
      await printJsonLine({ id, text, ...cutTo(flags.top, explanation) });
      continue;
    }
    const heading = id === null ? '' : `${style.faint(`review ${printable(id)}`)}\n`;
    const view = { text, explanation, levels: model.levels, top: flags.top ?? LISTED };
    await printLine(`${shown++ > 0 ? '\n\n' : ''}${heading}${explanationText(view, style, paint)}`);
  }
  model.close();
}

function cutTo(top: number | undefined, explanation: Explanation): Explanation {
  const { contributions, perLevel } = explanation;
  return {
    ...explanation,
    contributions: contributions.slice(0, top),
    perLevel:
      perLevel?.map((split) => ({ ...split, contributions: split.contributions.slice(0, top) })) ?? null,
  };
}

/** `starling export`: a model in a form that other programs read. */
import { exportModel } from '../../exports/export-model.ts';
import { count, facts } from '../../report/table.ts';
import type { Flags } from '../flags.ts';
import { uninterrupted } from '../interrupts.ts';
import { styleFor } from '../notes.ts';
import { printJson, printLine } from '../stdout.ts';

export async function exportTo(folder: string, flags: Flags & { to: string; out: string }): Promise<void> {
  const summary = await uninterrupted(() => exportModel(folder, flags.to, flags.out));
  if (flags.json) return printJson(summary);
  const lines = summary.files.map(({ name, bytes }) => [name, `${count(bytes)} bytes`] as const);
  await printLine(facts([...lines, ['written to', summary.out]], styleFor(process.stdout)));
}

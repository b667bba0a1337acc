/** `starling doctor`: which engines are there, how fast they are, and how to install the rest. */
import { surveyEngines } from '../../model/engine-survey.ts';
import { enginesTable } from '../../report/engines-table.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { printJson, printLine } from '../stdout.ts';

export async function doctor(flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  notes.status('measuring the engines ...');
  const survey = await surveyEngines();
  clearStatus();
  if (flags.json) await printJson(survey);
  else await printLine(enginesTable(survey, styleFor(process.stdout)));
}

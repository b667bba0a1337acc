/** Words on green and red, the stronger the more they count. */
import type { Paint } from '../report/explanation-table.ts';
import { plain } from '../report/table.ts';
import { styleFor } from './notes.ts';

/** Backgrounds of the 256-colour palette, from faint to strong; with black letters, so that any theme shows them well. */
const UP = [194, 157, 120, 83];
const DOWN = [224, 217, 210, 203];
/** Strengths from which on each of them is used. */
const FROM = [0.06, 0.25, 0.5, 0.75];

/** None where there are no colours: the words then have numbers. */
export function paintFor(stream: NodeJS.WriteStream): Paint | undefined {
  if (styleFor(stream) === plain || stream.getColorDepth() < 8) return undefined;
  return (text, strength) => {
    const step = FROM.filter((from) => Math.abs(strength) >= from).length;
    if (step === 0) return text;
    return `\x1b[38;5;16;48;5;${(strength > 0 ? UP : DOWN)[step - 1]}m${text}\x1b[0m`;
  };
}

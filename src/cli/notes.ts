/**
 * What is said on standard error: notes, and on a terminal one status line that is rewritten in place. Results never go
 * here, and nothing else goes to standard output.
 */
import { styleText } from 'node:util';
import { plain, type Style } from '../report/table.ts';
import { withFlags } from './option-flags.ts';

type Output = NodeJS.WriteStream;

/** True for a terminal on which a line can be rewritten. */
function isLive(stream: Output): boolean {
  return Boolean(stream.isTTY) && process.env.TERM !== 'dumb';
}

/** Colours for a stream: none unless it is a terminal, and none if the user has set NO_COLOR (no-color.org). */
export function styleFor(stream: Output): Style {
  if (!isLive(stream) || process.env.NO_COLOR) return plain;
  const style =
    (format: 'bold' | 'dim' | 'red' | 'yellow') =>
    (text: string): string =>
      styleText(format, text, { validateStream: false });
  return { strong: style('bold'), faint: style('dim') };
}

let statusShown = false;

/** Takes the status line away, so that something else can be printed. */
export function clearStatus(): void {
  if (!statusShown) return;
  statusShown = false;
  process.stderr.write('\r\x1b[K');
}

export class Notes {
  readonly quiet: boolean;
  /** True when a status line can be shown. */
  readonly live: boolean;
  readonly style: Style;
  /** What rules chose where no option says it, for --json. */
  readonly rules: string[] = [];

  constructor(quiet: boolean) {
    this.quiet = quiet;
    this.live = !quiet && isLive(process.stderr);
    this.style = styleFor(process.stderr);
  }

  say(line: string): void {
    if (this.quiet) return;
    clearStatus();
    process.stderr.write(`${line}\n`);
  }

  /** Says what a rule chose, with the flags that say otherwise; keeps it in any case. */
  sayRule(rule: string): void {
    const sentence = `${rule[0].toUpperCase()}${rule.slice(1)}.`;
    this.rules.push(sentence);
    this.say(withFlags(sentence));
  }

  /** Shows a line until the next note or status; on a terminal only. A longer one than the terminal is wide is cut. */
  status(line: string): void {
    if (!this.live) return;
    statusShown = true;
    process.stderr.write(`\r${line.slice(0, this.width)}\x1b[K`);
  }

  /** Columns that a status line may take. */
  get width(): number {
    return (process.stderr.columns || 80) - 1;
  }
}

/** The file that is dropped or chosen: rated with progress, previewed, and given back as a download. */
import { StarlingError } from '../errors.ts';
import { byId, count, make, say } from './dom.ts';
import { type RatedFile, rateFile } from './rate-file.ts';
import type { Rater } from './rater.ts';

/** Characters of a text in the preview. */
const SHOWN = 200;

export function filePanel(rater: Rater): void {
  const input = byId<HTMLInputElement>('file');
  const drop = byId('drop');
  const bar = byId<HTMLProgressElement>('bar');
  const download = byId<HTMLAnchorElement>('download');
  let running: AbortController | null = null;
  let address = '';

  byId('levels-option').hidden = rater.facts.head !== 'softmax';

  const onProgress = (done: number, total: number, rows: number): void => {
    bar.value = total > 0 ? (100 * done) / total : 0;
    byId('bar-label').textContent = `${count(rows)} rows rated, ${Math.floor(bar.value)} %`;
  };

  async function start(file: File): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    say(byId('file-trouble'), '');
    byId('rated').hidden = true;
    byId('progress').hidden = false;
    byId('said').textContent = `Rating ${file.name}.`;
    try {
      const rated = await rateFile(file, rater, {
        column: byId<HTMLInputElement>('column').value.trim() || undefined,
        skipBadRows: byId<HTMLInputElement>('skip').checked,
        distribution: rater.facts.head === 'softmax' && byId<HTMLInputElement>('levels').checked,
        signal: mine.signal,
        onProgress: (...state) => {
          if (running === mine) onProgress(...state);
        },
      });
      if (running === mine) show(rated);
    } catch (error) {
      if (running === mine && !mine.signal.aborted) say(byId('file-trouble'), explained(error));
    } finally {
      if (running === mine) {
        byId('progress').hidden = true;
        running = null;
      }
    }
  }

  function show({ name, content, counts, unknown, first }: RatedFile): void {
    if (address !== '') URL.revokeObjectURL(address);
    address = URL.createObjectURL(content);
    download.href = address;
    download.download = name;
    download.textContent = `Download ${name}`;
    const rows = counts.rows - counts.skipped;
    const sentences = [rows === 1 ? 'One row is rated.' : `${count(rows)} rows are rated.`];
    if (counts.skipped > 0)
      sentences.push(
        `${count(counts.skipped)} could not be read, and ${counts.skipped === 1 ? 'is' : 'are'} left out.`,
      );
    if (unknown > 0) {
      sentences.push(
        unknown === 1
          ? 'One text holds no word that the model knows; its rating says nothing about it.'
          : `${count(unknown)} texts hold no word that the model knows; their rating says nothing about them.`,
      );
    }
    byId('rated-note').textContent = sentences.join(' ');
    byId('preview').replaceChildren(
      ...first.map(({ text, rating }) => {
        const cell = make('td', '', cut(text));
        cell.dir = 'auto';
        return make('tr', '', make('td', 'number', rating.toFixed(2)), cell);
      }),
    );
    byId('rated').hidden = false;
    byId('said').textContent = sentences.join(' ');
    download.focus();
  }

  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) void start(file);
  });
  // So that the same file can be chosen again.
  input.addEventListener('click', () => {
    input.value = '';
  });
  byId('cancel').addEventListener('click', () => {
    running?.abort();
    running = null;
    byId('progress').hidden = true;
    byId('said').textContent = 'Stopped.';
    input.focus();
  });
  // A file that misses the field must not replace the page.
  for (const event of ['dragover', 'drop']) window.addEventListener(event, (e) => e.preventDefault());
  drop.addEventListener('dragover', () => drop.classList.add('over'));
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', ({ dataTransfer }) => {
    drop.classList.remove('over');
    const file = dataTransfer?.files[0];
    if (!file) return;
    if (dataTransfer.files.length === 1) input.files = dataTransfer.files; // shows its name
    void start(file);
  });
  input.disabled = false;
}

function cut(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The library's message; its hints speak of flags, which the page has as options. */
function explained(error: unknown): string {
  if (!(error instanceof StarlingError)) return error instanceof Error ? error.message : String(error);
  const sentence = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  if (error.hint.includes('--text')) return `${sentence} Name the column of the text under “Options”.`;
  if (error.hint.includes('--skip-bad-rows')) {
    return `${sentence} Correct the row, or leave such rows out under “Options”.`;
  }
  return error.hint.includes('--') || error.hint === '' ? sentence : `${sentence} ${error.hint}`;
}

/** The review that is typed: rated and explained with every key, and said to a screen reader once the typing pauses. */
import type { Explanation } from '../explanation/explanation.ts';
import { byId, make, say, signed } from './dom.ts';
import { latest } from './latest.ts';
import type { Rater } from './rater.ts';
import { ratingView } from './rating-view.ts';
import { showWords } from './words-view.ts';

/** Milliseconds without a key after which the rating is said aloud. */
const PAUSE = 800;
/** Terms that are named aloud, for each direction. */
const NAMED = 2;

const EXAMPLES = [
  'The soup was cold, but the staff could not have been kinder.',
  'Not bad at all: fresh noodles, and the prices are fair.',
  'We waited for an hour, and nobody said sorry. Never again!',
];

export function reviewPanel(rater: Rater): void {
  const { levels } = rater.facts;
  const field = byId<HTMLTextAreaElement>('text');
  const trouble = byId('trouble');
  const view = ratingView(rater.facts);
  const span = levels[levels.length - 1] - levels[0];
  let pause: ReturnType<typeof setTimeout> | undefined;

  const clear = (): void => {
    view.show(null, null, null);
    byId('why').hidden = true;
  };
  const rate = latest(
    async (text: string) => (text.trim() === '' ? null : rater.explain(text)),
    (explanation, text) => {
      say(trouble, '');
      clearTimeout(pause);
      if (!explanation) {
        clear();
        byId('said').textContent = '';
        return;
      }
      view.show(explanation.rating, explanation.distribution, explanation.activeUnits);
      showWords(text, explanation, span);
      byId('why').hidden = false;
      pause = setTimeout(() => {
        byId('said').textContent = aloud(explanation, view.describe(explanation.rating));
      }, PAUSE);
    },
    (error) => {
      clear();
      say(trouble, error instanceof Error ? error.message : String(error));
    },
  );

  field.addEventListener('input', () => rate(field.value));
  for (const example of EXAMPLES) {
    const button = make('button', '', example);
    button.type = 'button';
    button.addEventListener('click', () => {
      field.value = example;
      rate(example);
    });
    byId('examples').append(button);
  }
  clear();
  field.disabled = false;
  rate(field.value); // browsers keep what was typed when a page is loaded again
}

function aloud({ contributions }: Explanation, rating: string): string {
  const named = (sign: 1 | -1): string =>
    contributions
      .filter(({ contribution }) => sign * contribution > 0.0005)
      .slice(0, NAMED)
      .map(({ term, contribution }) => `${term} ${signed(contribution)}`)
      .join(', ');
  const [up, down] = [named(1), named(-1)];
  return [
    `Rated ${rating}.`,
    up === '' ? '' : `Raised most by ${up}.`,
    down === '' ? '' : `Lowered most by ${down}.`,
    contributions.length === 0 ? 'No word is known to the model.' : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** The rating: as a number, as stars where the scale has some, as a distribution; and how much of the network was active. */
import type { ActiveUnits } from '../explanation/explanation.ts';
import type { ModelFacts } from '../server/protocol.ts';
import { byId, count, level, make, percent } from './dom.ts';

/** A scale with more levels has no bars: nobody could read them. */
const MOST_BARS = 30;
const SVG = 'http://www.w3.org/2000/svg';
const STAR = 'M12 1.8l3.1 6.4 7 1-5.1 4.9 1.3 7L12 17.7 5.7 21l1.3-6.9L1.9 9.2l7-1z';

export interface RatingView {
  /** @param rating null when there is none */
  show(
    rating: number | null,
    distribution: readonly number[] | null,
    units: readonly ActiveUnits[] | null,
  ): void;
  /** The rating in words. */
  describe(rating: number): string;
}

export function ratingView({ levels, head, hidden }: ModelFacts): RatingView {
  const [lowest, highest] = [levels[0], levels[levels.length - 1]];
  const stars = Number.isInteger(highest) && highest >= 3 && highest <= 10 && lowest >= 0 ? highest : 0;
  byId('scale').textContent =
    stars > 0 ? `of ${stars} stars` : `on the scale from ${level(lowest)} to ${level(highest)}`;
  const fill = stars > 0 ? drawStars(stars) : null;

  const table = byId<HTMLTableElement>('distribution');
  const bars = head === 'softmax' && levels.length <= MOST_BARS ? levels.map(barRow) : [];
  table.tBodies[0].replaceChildren(...bars.map(({ row }) => row).reverse());
  table.hidden = bars.length === 0;

  const unitCounts = hidden.map((_, i) => {
    const value = make('dd');
    byId('units').append(make('dt', '', `Layer ${i + 1}`), value);
    return value;
  });
  if (hidden.length === 0) byId('units').append(make('dt', '', 'The model has no hidden layer.'));

  return {
    show(rating, distribution, units) {
      byId('rating').textContent = rating === null ? '–' : rating.toFixed(2);
      if (fill) fill.style.width = `${rating === null ? 0 : (100 * rating) / stars}%`;
      bars.forEach(({ bar, share }, i) => {
        const p = distribution?.[i];
        bar.style.width = `${100 * (p ?? 0)}%`;
        share.textContent = p === undefined ? '–' : percent(p);
      });
      unitCounts.forEach((value, i) => {
        const of = hidden[i];
        const active = units?.[i]?.active;
        value.textContent =
          active === undefined
            ? `of ${count(of)}`
            : `${count(active)} of ${count(of)} (${percent(active / of)})`;
      });
    },
    describe: (rating) =>
      stars > 0
        ? `${rating.toFixed(1)} of ${stars} stars`
        : `${rating.toFixed(2)} on the scale from ${level(lowest)} to ${level(highest)}`,
  };
}

function barRow(value: number): {
  row: HTMLTableRowElement;
  bar: HTMLDivElement;
  share: HTMLTableCellElement;
} {
  const bar = make('div');
  const share = make('td', 'number', '–');
  const name = make('th', 'number', level(value));
  name.scope = 'row';
  return { row: make('tr', '', name, make('td', 'track', bar), share), bar, share };
}

/** @returns the element whose width says how much of the stars is filled */
function drawStars(n: number): HTMLElement {
  const star = (): SVGElement => {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', STAR);
    svg.append(path);
    return svg;
  };
  const row = (): SVGElement[] => Array.from({ length: n }, star);
  const fill = make('div', '', ...row());
  fill.style.width = '0%';
  byId('stars').replaceChildren(...row(), fill);
  return fill;
}

/** Elements of the page, found and made. Text only ever becomes text: nothing here, or elsewhere in the page, parses markup. */

/** The element with this id, which the page has. */
export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element as T;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = '',
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...content);
  return element;
}

/** Shows text in an element, and the element with it; without text, hides both. */
export function say(element: HTMLElement, text: string): void {
  element.textContent = text;
  element.hidden = text === '';
}

export function count(n: number): string {
  return n.toLocaleString('en-US');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function signed(value: number): string {
  const shown = Math.abs(value).toFixed(3);
  return `${value < 0 && Number(shown) > 0 ? '−' : '+'}${shown}`;
}

/** A level as people write it. */
export function level(value: number): string {
  return String(Number(value.toPrecision(6)));
}

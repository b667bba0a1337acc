/** A page as a browser takes it: parsed, with the few questions that the tests ask of it. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
export type Element = DefaultTreeAdapterTypes.Element;

/** @throws if the text is no well-formed document */
export function parsePage(text: string): Element[] {
  const errors: string[] = [];
  const document = parse(text, {
    onParseError: ({ code, startLine }) => errors.push(`${code}:${startLine}`),
  });
  if (errors.length > 0) throw new Error(`not well-formed: ${errors.slice(0, 5).join(', ')}`);
  const found: Element[] = [];
  const visit = (node: Node): void => {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(document);
  return found;
}

export const attribute = ({ attrs }: Element, name: string): string | undefined =>
  attrs.find((one) => one.name === name)?.value;

export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

/** Elements below, in the order of the document. */
export function below(element: Element, ...tags: string[]): Element[] {
  const found: Element[] = [];
  const visit = (node: Node): void => {
    if ('tagName' in node && tags.includes(node.tagName)) found.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  element.childNodes.forEach(visit);
  return found;
}

export const all = (page: readonly Element[], tag: string): Element[] =>
  page.filter(({ tagName }) => tagName === tag);

export const withClass = (page: readonly Element[], name: string): Element[] =>
  page.filter((element) => (attribute(element, 'class') ?? '').split(' ').includes(name));

/** The cells of the table with this caption: head, then body and foot. */
export function cellsOf(page: readonly Element[], caption: string): string[][] {
  const table = all(page, 'table').find((one) => below(one, 'caption').some((c) => textOf(c) === caption));
  if (!table) throw new Error(`no table "${caption}"`);
  return below(table, 'tr').map((row) => below(row, 'th', 'td').map(textOf));
}

/** From the JSON of a request to the texts in it. Whatever a client sends ends here as texts, or as an error for it. */
import { nearest } from '../nearest.ts';
import { ApiError } from './api-error.ts';
import type { ServerLimits } from './limits.ts';

/** Of what is asked. */
export type Kind = 'predict' | 'explain';

const FORM = 'Expected {"text": "..."} or {"texts": ["...", "..."]}.';

/** @throws ApiError BAD_REQUEST, TOO_LARGE */
export function textsOf(json: unknown, kind: Kind, limits: ServerLimits): readonly string[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw bad(`the body is ${nameOf(json)}, not an object`);
  }
  for (const key of Object.keys(json)) if (key !== 'text' && key !== 'texts') throw unknownField(key);
  const { text, texts } = json as Record<string, unknown>;
  if (text !== undefined && texts !== undefined) throw bad('the body holds both "text" and "texts"');
  if (text === undefined && texts === undefined) throw bad('the body holds neither "text" nor "texts"');
  const list = texts === undefined ? [text] : texts;
  const field = texts === undefined ? 'text' : 'texts';
  if (!Array.isArray(list)) throw bad(`"texts" is ${nameOf(list)}, not a list`);
  if (list.length === 0) throw bad('"texts" is empty');
  const at = list.findIndex((item) => typeof item !== 'string');
  if (at >= 0) {
    const where = field === 'text' ? '"text"' : `"texts"[${at}]`;
    throw bad(`${where} is ${nameOf(list[at])}, not a string`);
  }
  checkSize(list as string[], kind, limits);
  return list as string[];
}

function checkSize(texts: readonly string[], kind: Kind, limits: ServerLimits): void {
  const most = kind === 'predict' ? limits.maxTexts : limits.maxExplained;
  if (texts.length > most) {
    throw new ApiError(
      'TOO_LARGE',
      `${texts.length.toLocaleString('en-US')} texts are more than the ${most.toLocaleString('en-US')} that /${kind} takes at a time`,
      'Send them in several requests.',
    );
  }
  if (kind === 'predict') return;
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  if (characters <= limits.maxExplainedCharacters) return;
  throw new ApiError(
    'TOO_LARGE',
    `${characters.toLocaleString('en-US')} characters are more than the ${limits.maxExplainedCharacters.toLocaleString('en-US')} that /explain takes at a time`,
    texts.length > 1 ? 'Send them in several requests.' : 'Send a shorter text, or ask /predict.',
  );
}

function bad(message: string): ApiError {
  return new ApiError('BAD_REQUEST', message, FORM);
}

function unknownField(key: string): ApiError {
  const shown = JSON.stringify(key.length > 40 ? `${key.slice(0, 37)}...` : key);
  const near = key.length > 40 ? undefined : nearest(key, ['text', 'texts']);
  return new ApiError(
    'BAD_REQUEST',
    `the body holds ${shown}, which is not known`,
    near === undefined ? FORM : `Did you mean "${near}"? ${FORM}`,
  );
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'missing' : `a ${typeof value}`;
}

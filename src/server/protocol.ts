/**
 * What the server and its clients say to each other, as shapes; the page uses them too. Every answer is JSON: one of these,
 * or an `ErrorAnswer` with a status from 400 up. Fields are added, never renamed.
 */
import type { Explanation } from '../explanation/explanation.ts';
import type { Prediction } from '../model/prediction.ts';

/** What a client asks for: one text, or several. Nothing else may stand in the object. */
export interface TextsRequest {
  readonly text?: string;
  readonly texts?: readonly string[];
}

/** POST /predict: one prediction per text, in order, also for a single text. */
export interface PredictAnswer {
  /** What `distribution` is over, ascending. */
  readonly levels: readonly number[];
  readonly predictions: readonly Prediction[];
}

/** POST /explain: one explanation per text, in order, also for a single text. */
export interface ExplainAnswer {
  readonly levels: readonly number[];
  readonly explanations: readonly Explanation[];
}

/** What a page needs to know about a model before the first text. */
export interface ModelFacts {
  readonly version: string;
  readonly levels: readonly number[];
  readonly head: 'softmax' | 'linear';
  readonly terms: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Reviews that it has learned from. */
  readonly rated: number;
  readonly unrated: number;
}

/** GET /health: 200 while requests are taken, 503 while the server stops. */
export interface HealthAnswer {
  readonly status: 'ok' | 'stopping';
  readonly version: string;
  /** Requests that have been taken and not yet answered. */
  readonly requests: number;
}

/** What went wrong, as a program reads it. Never reused for something else. */
export type ApiErrorCode =
  | 'BAD_REQUEST' // 400: no sound HTTP, no JSON, or not the object that was expected
  | 'FORBIDDEN' // 403: addressed to a host name that is not this server's
  | 'NOT_FOUND' // 404
  | 'METHOD_NOT_ALLOWED' // 405
  | 'TOO_SLOW' // 408: the request did not arrive in time
  | 'TOO_LARGE' // 413: more bytes, texts or characters than are taken
  | 'UNSUPPORTED_MEDIA_TYPE' // 415: no application/json
  | 'HEADERS_TOO_LARGE' // 431
  | 'INTERNAL' // 500: a bug
  | 'BUSY' // 503, with Retry-After: more requests than are taken at a time
  | 'STOPPING' // 503
  | 'TIMEOUT'; // 504: the work took longer than it may

export interface ErrorAnswer {
  readonly error: {
    readonly code: ApiErrorCode;
    /** What was got and what was expected. */
    readonly message: string;
    /** What to do next; one sentence, or empty. */
    readonly hint: string;
  };
}

/**
 * The one error type that a client gets to see, with its HTTP status. Messages are written here and in the files that
 * throw it: what other errors say (paths, stacks) never leaves the server.
 */
import type { ApiErrorCode, ErrorAnswer } from './protocol.ts';

const statuses: Record<ApiErrorCode, number> = {
  BAD_REQUEST: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TOO_SLOW: 408,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  BUSY: 503,
  STOPPING: 503,
  TIMEOUT: 504,
};

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly hint: string;
  /** Beside those that every answer has. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    message: string,
    hint = '',
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.headers = headers;
  }

  get status(): number {
    return statuses[this.code];
  }

  get answer(): ErrorAnswer {
    return { error: { code: this.code, message: this.message, hint: this.hint } };
  }
}

/** More than is taken at a time: come back in a second. */
export function busy(message: string): ApiError {
  return new ApiError('BUSY', message, 'Try again in a second.', { 'Retry-After': '1' });
}

export function stopping(): ApiError {
  return new ApiError('STOPPING', 'the server is stopping', '', { 'Retry-After': '5', Connection: 'close' });
}

/** What a client may know about any error. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('INTERNAL', 'this is a bug in starling');
}

/** Headers that every answer carries, so that a browser does no more with it than it is meant for. */

/** The page loads its own files and asks its own server; nothing else, from nowhere else, and nobody frames it. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');
const ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'";

const COMMON: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

export const answerHeaders: Readonly<Record<string, string>> = {
  ...COMMON,
  'Content-Security-Policy': ANSWER_POLICY,
  'Cache-Control': 'no-store',
  'Content-Type': 'application/json; charset=utf-8',
};

export const pageHeaders: Readonly<Record<string, string>> = {
  ...COMMON,
  'Content-Security-Policy': PAGE_POLICY,
  'Cache-Control': 'no-cache',
};

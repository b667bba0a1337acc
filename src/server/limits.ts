/**
 * What the server takes, as data. Together the limits bound its memory: bodies that are being read or worked on hold at
 * most `maxHeldBytes`, and at most `maxRequests` answers exist at a time.
 */

export interface ServerLimits {
  /** Bytes of a request's body. */
  readonly maxBodyBytes: number;
  /** Bytes of all bodies that have arrived, wholly or in part, and are not answered yet. */
  readonly maxHeldBytes: number;
  /** Requests that wait or are being worked on; further ones get 503. */
  readonly maxRequests: number;
  /** Texts of one request to /predict, and to /explain. */
  readonly maxTexts: number;
  readonly maxExplained: number;
  /** Characters of all texts of one request to /explain, whose work and answer are larger than those of /predict. */
  readonly maxExplainedCharacters: number;
  /** Open connections; further ones are closed at once. */
  readonly maxConnections: number;
  /** Seconds within which the headers, and the whole of a request, must have arrived. */
  readonly headerSeconds: number;
  readonly arrivalSeconds: number;
  /** Seconds until the turn of a request comes, and again from there to its answer. */
  readonly workSeconds: number;
  /** Seconds without a byte in either direction after which a connection is closed: more than both of the above. */
  readonly silenceSeconds: number;
  /**
   * Seconds without a request after which a kept connection is closed. Much longer than the machine may hold this process up:
   * when it goes on, the clocks of connections come before what they have sent, and requests that wait there would be lost.
   */
  readonly idleSeconds: number;
  /** Seconds that requests have to end when the server stops. */
  readonly graceSeconds: number;
}

const MIB = 2 ** 20;

export const defaultLimits: ServerLimits = {
  maxBodyBytes: MIB,
  maxHeldBytes: 32 * MIB,
  maxRequests: 64,
  maxTexts: 1000,
  maxExplained: 50,
  maxExplainedCharacters: 50_000,
  maxConnections: 1024,
  headerSeconds: 10,
  arrivalSeconds: 20,
  workSeconds: 30,
  silenceSeconds: 90,
  idleSeconds: 65,
  graceSeconds: 10,
};

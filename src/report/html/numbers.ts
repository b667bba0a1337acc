/** How figures are written in the report. */

/** Errors in stars: four digits after the point, as in the terminal tables. */
export const figure = (value: number): string => value.toFixed(4);

export const signed = (value: number, digits = 2): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** A level of the rating scale, short enough for an axis. */
export const levelName = (level: number): string => String(Number(level.toPrecision(3))).replace('-', '−');

/** Coordinates in a drawing: a tenth of a pixel is seen by nobody. */
export const px = (value: number): string => String(Math.round(10 * value) / 10);

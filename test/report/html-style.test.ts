/** The colours of the report, by the contrast that WCAG 2.1 defines; in light and in dark. */
import { describe, expect, test } from 'vitest';
import { STYLE } from '../../src/report/html/style.ts';

type Colour = readonly [number, number, number];

const schemes = [...STYLE.matchAll(/:root\{(color-scheme:(?:light|dark);[^}]*)\}/g)].map(
  ([, body]) => new Map([...body.matchAll(/--(\w+):([^;]+);/g)].map(([, name, value]) => [name, value])),
);

function colour(written: string): Colour {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(written)?.[1];
  if (!hex) return written.split(' ').map(Number) as unknown as Colour;
  const digits = hex.length === 3 ? [...hex].map((d) => d + d) : hex.match(/../g)!;
  return digits.map((d) => Number.parseInt(d, 16)) as unknown as Colour;
}

function luminance(of: Colour): number {
  const [r, g, b] = of.map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Colour, b: Colour): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const over = (top: Colour, share: number, ground: Colour): Colour =>
  top.map((c, i) => share * c + (1 - share) * ground[i]) as unknown as Colour;

test('contrast is measured as defined: black on white is 21', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10);
  expect(schemes).toHaveLength(2);
});

describe.each([
  ['light', schemes[0]],
  ['dark', schemes[1]],
])('in the %s scheme', (_name, scheme) => {
  const of = (name: string): Colour => colour(scheme.get(name)!);

  test('text has a contrast of 4.5 to every ground that it stands on', () => {
    for (const text of ['ink', 'faint', 'link']) {
      for (const ground of ['ground', 'card']) {
        expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const ground of ['u1', 'u2', 'u3', 'u4', 'd1', 'd2', 'd3', 'd4']) {
      expect(contrast(of('ink'), of(ground)), ground).toBeGreaterThanOrEqual(4.5);
    }
    for (const [, share] of STYLE.matchAll(/rgb\(var\(--heat\)\/([\d.]+)\)/g)) {
      const ground = over(of('heat'), Number(share), of('ground'));
      expect(contrast(of('ink'), ground), `heat ${share}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('the marks of charts have a contrast of 3 to the ground', () => {
    for (const mark of ['c1', 'c2', 'c3', 'c4', 'c5', 'ink']) {
      expect(contrast(of(mark), of('ground')), mark).toBeGreaterThanOrEqual(3);
    }
    const many = Number(/\.line\.many\{[^}]*opacity:([\d.]+)/.exec(STYLE)![1]);
    const shape = Number(/\.shape\{[^}]*opacity:([\d.]+)/.exec(STYLE)![1]);
    for (const mark of ['c1', 'c2', 'c3', 'c4', 'c5']) {
      expect(contrast(over(of(mark), many, of('ground')), of('ground')), mark).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(over(of('c1'), shape, of('ground')), of('ground'))).toBeGreaterThanOrEqual(2.5);
  });
});

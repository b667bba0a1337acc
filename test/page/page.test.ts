/** The page in a real browser, with a server and without: what a person types, drops, hears and sees. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SentimentModel } from '../../src/model/sentiment-model.ts';
import { browserPath, launch, skipped, visit } from './browser.ts';
import { MODEL, type Site, servedSite, staticSite } from './sites.ts';

const REVIEW = 'The soup was cold, but the staff could not have been kinder. Frobnicate!';
const HOSTILE =
  '</textarea><script>alert(1)</script><img src=x onerror="alert(2)"> <b>The soup</b> &lt;was&gt; cold "and\' `awful` $x \u202egnp.exe';

let browser: Browser;
let model: SentimentModel;
beforeAll(async () => {
  if (!browserPath) return;
  [browser, model] = await Promise.all([launch(), SentimentModel.load(MODEL, 'wasm')]);
});
afterAll(() => browser?.close());

/** Types or pastes, and waits for the rating that belongs to it. */
async function write(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  const rating = model.explain(text).rating.toFixed(2);
  await page.waitForFunction((wanted) => document.querySelector('#rating')!.textContent === wanted, rating);
}

function csv(name: string, text: string | Buffer): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(text) };
}

/** The content of the download, once there is one. */
async function downloaded(page: Page): Promise<{ name: string; text: string }> {
  await page.waitForSelector('#rated:not([hidden])');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

const sites: readonly [name: string, open: () => Promise<Site>][] = [
  ['with a server', servedSite],
  ['as a folder of files', staticSite],
];

describe.skipIf(!browserPath).each(sites)(`the page %s${skipped}`, (name, open) => {
  let site: Site;
  beforeAll(async () => {
    site = await open();
  });
  afterAll(() => site?.close());

  test('rates what is typed: number, distribution, active units, words, all as the model says', async () => {
    const { page, trouble } = await visit(browser, site.url);
    await page.click('#text');
    await page.keyboard.type(REVIEW);
    const { rating, distribution, activeUnits, contributions, words } = model.explain(REVIEW);
    await page.waitForFunction(
      (wanted) => document.querySelector('#rating')!.textContent === wanted,
      rating.toFixed(2),
    );
    expect(await page.textContent('#scale')).toBe('of 5 stars');
    const shares = await page.$$eval('#distribution td.number', (cells) =>
      cells.map((cell) => cell.textContent),
    );
    expect(shares).toEqual([...distribution!].reverse().map((p) => `${(100 * p).toFixed(1)} %`));
    expect(await page.textContent('#units dd')).toContain(`${activeUnits[0].active} of 200`);
    expect(await page.textContent('#words')).toBe(REVIEW);
    const coloured = await page.$$eval('#words [class^="up-"], #words [class^="down-"]', (spans) =>
      spans.map((span) => [span.textContent, span.className.split('-')[0]]),
    );
    expect(coloured).toEqual(
      words
        .filter(({ known, contribution }) => known && Math.abs(contribution) >= 0.0005)
        .map(({ start, end, contribution }) => [REVIEW.slice(start, end), contribution > 0 ? 'up' : 'down']),
    );
    expect(await page.$$eval('#words .unknown', (spans) => spans.map((span) => span.textContent))).toContain(
      'Frobnicate',
    );
    const first = await page.$$eval('#terms tbody tr:first-child > *', (cells) =>
      cells.map((cell) => cell.textContent),
    );
    expect(first.slice(0, 2)).toEqual([contributions[0].term, '1']);
    expect(Number(first[2]!.replace('−', '-'))).toBeCloseTo(contributions[0].contribution, 2);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  test('has rated a review within 50 ms of the last key (median of 25)', async () => {
    const { page } = await visit(browser, site.url);
    await write(page, REVIEW);
    await page.evaluate(() => {
      const times: number[] = [];
      Object.assign(window, { times });
      let pressed = 0;
      document.querySelector('#text')!.addEventListener('keydown', () => {
        pressed = performance.now();
      });
      // The sentence below the words is written last.
      new MutationObserver(() => times.push(performance.now() - pressed)).observe(
        document.querySelector('#sum')!,
        {
          childList: true,
        },
      );
    });
    await page.focus('#text');
    const keys = ' and lovely soup, awful b';
    for (const key of keys) {
      await page.keyboard.press(key === ' ' ? 'Space' : key);
      await page.waitForTimeout(60);
    }
    const times = (await page.evaluate('times')) as number[];
    expect(times.length).toBe(keys.length);
    expect(times.sort((a, b) => a - b)[12]).toBeLessThan(50);
    await page.context().close();
  });

  test('shows a hostile review as text', async () => {
    const { page, trouble } = await visit(browser, site.url);
    const elements = await page.$$eval('script, img, b', (found) => found.length);
    await write(page, HOSTILE);
    expect(await page.textContent('#words')).toBe(HOSTILE);
    await page.setInputFiles(
      '#file',
      csv('<img src=x onerror=alert(3)>.csv', `text\n"${HOSTILE.replaceAll('"', '""')}"\n`),
    );
    await page.waitForSelector('#rated:not([hidden])');
    expect(await page.textContent('#preview td:last-child')).toBe(HOSTILE);
    expect(await page.textContent('#download')).toContain('<img src=x onerror=alert(3)>.rated.csv');
    await page.setInputFiles('#file', csv('a.csv', '<b>x</b>,<img src=y onerror=alert(4)>\n1,2\n'));
    await page.waitForSelector('#file-trouble:not([hidden])');
    expect(await page.textContent('#file-trouble')).toContain('<b>x</b>, <img src=y');
    expect(await page.$$eval('script, img, b', (found) => found.length)).toBe(elements);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  test('gives a dropped CSV back with its ratings, every other byte as it was', async () => {
    const { page, trouble } = await visit(browser, site.url);
    const rows = Array.from({ length: 1500 }, (_, i) => `${i};"Soup ${i}; ""${i % 2 ? 'lovely' : 'cold'}"""`);
    const text = `id;review\r\n${rows.join('\r\n')}\r\n`;
    await page.evaluate((content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], 'rävi ews.csv', { type: 'text/csv' }));
      document
        .querySelector('#drop')!
        .dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, text);
    const { name, text: rated } = await downloaded(page);
    expect(name).toBe('rävi ews.rated.csv');
    const lines = rated.trimEnd().split('\n');
    expect(lines[0]).toBe('id;review;predicted_rating');
    expect(lines.length).toBe(1501);
    const expected = model.predictMany(
      Array.from({ length: 1500 }, (_, i) => `Soup ${i}; "${i % 2 ? 'lovely' : 'cold'}"`),
    );
    lines.slice(1).forEach((line, i) => {
      expect(line.startsWith(`${rows[i]};`)).toBe(true);
      expect(Math.abs(Number(line.slice(rows[i].length + 1)) - expected[i].rating)).toBeLessThan(2e-5);
    });
    expect(await page.textContent('#rated-note')).toBe('1,500 rows are rated.');
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  test('reads gzip and JSON lines, adds probabilities when asked, and finds the column that is named', async () => {
    const { page } = await visit(browser, site.url);
    await page.click('summary');
    await page.check('#levels');
    await page.fill('#column', 'what they said');
    const line = JSON.stringify({ n: 1, 'what they said': 'Lovely!' });
    await page.setInputFiles('#file', csv('said.jsonl.gz', gzipSync(`${line}\n`)));
    const { name, text } = await downloaded(page);
    expect(name).toBe('said.rated.jsonl');
    const { predicted_rating: rating, distribution, ...rest } = JSON.parse(text);
    expect(rest).toEqual(JSON.parse(line));
    const expected = model.predict('Lovely!');
    expect(rating).toBeCloseTo(expected.rating, 4);
    expect(Object.keys(distribution)).toEqual(['1', '2', '3', '4', '5']);
    expect(distribution[5]).toBeCloseTo(expected.distribution![4], 4);
    await page.context().close();
  });

  test('says where a file is wrong, in its own words, and leaves bad rows out when asked', async () => {
    const { page } = await visit(browser, site.url);
    const bad = csv('bad.csv', 'id,text\n1,fine\n2,fine,too many\n3,lovely\n');
    await page.setInputFiles('#file', bad);
    await page.waitForSelector('#file-trouble:not([hidden])');
    expect(await page.textContent('#file-trouble')).toMatch(
      /^bad\.csv, row 3: it has 3 fields, expected 2 as in the first row\. Correct the row, or leave such rows out under “Options”\.$/,
    );
    await page.setInputFiles('#file', csv('other.csv', 'a,b\n1,2\n'));
    await page.waitForFunction(() =>
      document.querySelector('#file-trouble')!.textContent.includes('Name the column'),
    );
    await page.click('summary');
    await page.check('#skip');
    await page.setInputFiles('#file', bad);
    const { text } = await downloaded(page);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line[0]),
    ).toEqual(['i', '1', '3']);
    expect(await page.textContent('#rated-note')).toBe(
      '2 rows are rated. 1 could not be read, and is left out.',
    );
    await page.context().close();
  });

  test('shows progress on a large file, and stops when it is told to', async () => {
    const { page } = await visit(browser, site.url);
    await page.evaluate(() => {
      const seen: number[] = [];
      Object.assign(window, { seen });
      const bar = document.querySelector<HTMLProgressElement>('#bar')!;
      new MutationObserver(() => seen.push(bar.value)).observe(document.querySelector('#bar-label')!, {
        childList: true,
      });
    });
    const row = 'The soup was cold, but the staff could not have been kinder, and the bread was warm\n';
    await page.setInputFiles('#file', csv('large.csv', `text\n${`"${row.trim()}"\n`.repeat(30_000)}`));
    await page.waitForFunction(() => (window as unknown as { seen: number[] }).seen.length > 3);
    await page.click('#cancel');
    expect(await page.isHidden('#progress')).toBe(true);
    expect(await page.textContent('#said')).toBe('Stopped.');
    await page.waitForTimeout(200);
    expect(await page.isHidden('#rated')).toBe(true);
    expect(await page.isHidden('#file-trouble')).toBe(true);
    const seen = (await page.evaluate('seen')) as number[];
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    await page.context().close();
  });

  test('can be used by keyboard alone, in the order of the page', async () => {
    const { page } = await visit(browser, site.url);
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const { id, className, tagName } = document.activeElement as HTMLElement;
        return id || className || tagName;
      });
    const order: string[] = [];
    for (let i = 0; i < 7; i++) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order).toEqual(['skip', 'text', 'BUTTON', 'BUTTON', 'BUTTON', 'file', 'SUMMARY']);
    await page.keyboard.press('Enter');
    for (const id of ['column', 'skip', 'levels']) {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe(id);
    }
    await page.keyboard.press('Space');
    expect(await page.isChecked('#levels')).toBe(true);
    await page.focus('.skip');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('#rating')!.textContent !== '–');
    await page.setInputFiles('#file', csv('a.csv', 'text\nLovely\n'));
    await page.waitForSelector('#rated:not([hidden])');
    expect(await focused()).toBe('download');
    await page.context().close();
  });

  test('says the rating to a screen reader once the typing pauses, not with every key', async () => {
    const { page } = await visit(browser, site.url);
    await write(page, REVIEW);
    expect(await page.textContent('#said')).toBe('');
    await page.waitForFunction(() => document.querySelector('#said')!.textContent !== '');
    expect(await page.textContent('#said')).toMatch(
      /^Rated \d\.\d of 5 stars\. Raised most by .+ \+0\.\d+.*\. Lowered most by .*cold −0\.\d+/,
    );
    expect(await page.getAttribute('#said', 'role')).toBe('status');
    await page.fill('#text', '   ');
    await page.waitForFunction(() => document.querySelector('#rating')!.textContent === '–');
    expect(await page.isHidden('#why')).toBe(true);
    await page.context().close();
  });

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('at %i pixels, %s: nothing is clipped, and axe finds nothing', async (width, scheme) => {
    const { page, trouble } = await visit(browser, site.url, { width, scheme });
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const check = async (state: string): Promise<void> => {
      const clipped = await page.evaluate(() => {
        const outside = (element: Element): boolean => {
          const box = element.getBoundingClientRect();
          if (element.closest('.visually-hidden, .skip, .stars') || box.width === 0) return false;
          return (
            box.right > innerWidth + 0.5 ||
            box.left < -0.5 ||
            (element.scrollWidth > element.clientWidth + 1 &&
              getComputedStyle(element).display !== 'inline' &&
              element.clientWidth > 0)
          );
        };
        return [...document.querySelectorAll('body *')]
          .filter(outside)
          .map(({ outerHTML }) => outerHTML.slice(0, 100));
      });
      expect([state, clipped]).toEqual([state, []]);
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run();
        return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
      });
      expect([state, found]).toEqual([state, []]);
    };
    await check('empty');
    await write(page, `${HOSTILE} ${'w'.repeat(200)} ${REVIEW}`);
    await page.setInputFiles(
      '#file',
      csv(`${'long'.repeat(40)}.csv`, `text\n${'w'.repeat(300)}\n"${REVIEW}"\n`),
    );
    await page.waitForSelector('#rated:not([hidden])');
    await page.click('summary');
    await check('full');
    await page.setInputFiles('#file', csv('bad.csv', `${'column'.repeat(30)},b\n1,2\n`));
    await page.waitForSelector('#file-trouble:not([hidden])');
    await check('trouble');
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  test(
    name === 'with a server' ? 'asks its own server and no one else' : 'asks for files and for nothing else',
    async () => {
      const { page, asked } = await visit(browser, site.url);
      await write(page, REVIEW);
      const paths = new Set(
        asked.map((url) => (url.startsWith(site.url) ? url.slice(site.url.length) : url)),
      );
      const common = ['', 'page.css', 'page.js', 'icon.svg'];
      const own =
        name === 'with a server'
          ? ['model', 'explain']
          : [
              'engine.js',
              'model/config.json',
              'model/vocabulary.json',
              'model/model.safetensors',
              'kernels.wasm',
              'kernels-relaxed.wasm',
            ];
      expect([...paths].filter((path) => ![...common, ...own].includes(path))).toEqual([]);
      await page.context().close();
    },
  );
});

describe.skipIf(!browserPath)(`the page in trouble${skipped}`, () => {
  test('with a busy server waits and asks again; with one that is gone says so, and recovers', async () => {
    const site = await servedSite();
    const { page } = await visit(browser, site.url);
    let refusals = 0;
    await page.route('**/explain', async (route) => {
      if (refusals++ > 0) return route.continue();
      await route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, body: '{}' });
    });
    await write(page, REVIEW);
    expect(refusals).toBe(2);
    await page.unroute('**/explain');
    await page.route('**/explain', (route) => route.abort());
    await page.fill('#text', 'Cold soup');
    await page.waitForSelector('#trouble:not([hidden])');
    expect(await page.textContent('#trouble')).toBe('The server does not answer. Is it still running?');
    await page.unroute('**/explain');
    await write(page, 'Cold soup!');
    expect(await page.isHidden('#trouble')).toBe(true);
    const long = `${'soup '.repeat(10_000)}again`;
    await page.fill('#text', long);
    await page.waitForSelector('#trouble:not([hidden])');
    expect(await page.textContent('#trouble')).toContain('50,005 characters are more than the 50,000');
    await page.context().close();
    await site.close();
  });

  test('opened from the disk says what to do; without its model, which file is missing', async () => {
    const site = await staticSite();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`file://${site.folder}/index.html`);
    await page.waitForSelector('#trouble:not([hidden])');
    expect(await page.textContent('#trouble')).toContain('Serve this folder with any file server');
    await page.route('**/vocabulary.json', (route) => route.fulfill({ status: 404 }));
    await page.goto(site.url);
    await page.waitForSelector('#trouble:not([hidden])');
    expect(await page.textContent('#trouble')).toContain(
      'model/vocabulary.json cannot be loaded: the file server answered 404',
    );
    await context.close();
    await site.close();
  });
});

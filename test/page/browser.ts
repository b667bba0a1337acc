/**
 * A real browser for the page: Chromium as Debian, Chrome or CHROMIUM_PATH has it. Where there is none, the tests are
 * skipped, and their title says so.
 */
import { accessSync, constants } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export const browserPath: string | undefined = CANDIDATES.find((path) => {
  if (!path) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

/** For the title of what is skipped. */
export const skipped: string = browserPath
  ? ''
  : ' (skipped: there is no Chromium; install it, or name it with CHROMIUM_PATH)';

export function launch(): Promise<Browser> {
  // Chromium's own sandbox needs rights that a container or root has not; the pages here are our own.
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
}

export interface Visit {
  readonly page: Page;
  /** What went wrong in it: errors, refusals by the policy, dialogs. */
  readonly trouble: string[];
  /** Addresses that were asked for. */
  readonly asked: string[];
}

export interface Looks {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Opens the page, and waits until its model is there. */
export async function visit(browser: Browser, url: string, looks: Looks = {}): Promise<Visit> {
  const { width = 1280, scheme = 'light' } = looks;
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 900 },
    colorScheme: scheme,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const trouble: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('dialog', (dialog) => {
    trouble.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(url);
  await page.waitForFunction(() => !document.querySelector<HTMLTextAreaElement>('#text')!.disabled);
  return { page, trouble, asked };
}

/** The page's beginning: finds out who rates, a server or this browser, and brings the two panels to life. */
import type { ModelFacts } from '../server/protocol.ts';
import { byId, count, say } from './dom.ts';
import { filePanel } from './file-panel.ts';
import { localRater } from './local-rater.ts';
import { remoteRater } from './remote-rater.ts';
import { reviewPanel } from './review-panel.ts';

const inBrowser =
  document.querySelector<HTMLMetaElement>('meta[name="starling-engine"]')?.content === 'browser';

function describe({ terms, hidden, rated, unrated }: ModelFacts): string {
  const layers = hidden.length === 0 ? 'no hidden layer' : `${hidden.map(count).join(' and ')} hidden units`;
  return `${count(terms)} terms, ${layers}; learned from ${count(rated)} rated and ${count(unrated)} unrated reviews`;
}

async function start(): Promise<void> {
  byId('where').textContent = inBrowser
    ? 'Texts and files are rated in this browser; they are sent nowhere.'
    : 'Texts and files are rated by the server that this page came from; it keeps nothing.';
  if (location.protocol === 'file:') {
    byId('model').textContent = '';
    say(
      byId('trouble'),
      'Browsers do not let a page load a model from the disk directly. Serve this folder with any file server, such as: npx http-server',
    );
    return;
  }
  try {
    const rater = await (inBrowser ? localRater() : remoteRater());
    byId('model').textContent = describe(rater.facts);
    reviewPanel(rater);
    filePanel(rater);
  } catch (error) {
    byId('model').textContent = '';
    say(byId('trouble'), error instanceof Error ? error.message : String(error));
  }
}

void start();

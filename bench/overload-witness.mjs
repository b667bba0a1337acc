/**
 * What bench/overload.mjs loads into the server's process beside the server, to know which requests had come when a connection
 * was closed: the clients number theirs (X-Number). Tells, too, for how long the process was held up. It changes nothing.
 */
import { subscribe } from 'node:diagnostics_channel';

const STATES = ['none', 'begun', 'answered'];
/** State of each request by its number; of a fixed size, so that it is no growth of memory. */
const states = new Uint8Array(1 << 22);

function note(request, state) {
  const number = Number(request.headers['x-number'] ?? 0);
  if (number < states.length) states[number] = state;
}

// Worker threads load this, too, and have nothing to say.
if (process.send) {
  subscribe('http.server.request.start', ({ request }) => note(request, 1));
  subscribe('http.server.response.finish', ({ request }) => note(request, 2));
  process.on('message', ({ number }) => process.send({ number, seen: STATES[states[number]] }));
  process.channel.unref();
  const EVERY = 250;
  let before = performance.now();
  setInterval(() => {
    const now = performance.now();
    const hold = (now - before - EVERY) / 1000;
    before = now;
    if (hold > 1) process.send({ hold });
  }, EVERY).unref();
}

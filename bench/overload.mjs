/**
 * `starling serve` under more than it can take, for minutes: clients that ask for explanations again and again, among them some
 * that send slowly, some that leave before their answer, some that send what is no request. What was accepted must be answered,
 * with the same bytes as on a quiet server; what is refused must be told when to come again; memory must not grow.
 *
 *     node bench/overload.mjs [--minutes 10] [--clients 200] [--texts 20] [--pause SECONDS] [--threads 1] [--cli dist/cli/main.js]
 *
 * A client that was refused waits as long as Retry-After says, or --pause. The clients keep their connections, as browsers and
 * libraries do; one that is closed before a request arrives on it is no loss, and the client asks again on another (RFC 9112,
 * 9.3.1). One that is closed after that is a loss: bench/overload-witness.mjs in the server's process says which it was.
 *
 * Prints the resident memory of each minute and what came of the requests; exit code 1 when anything but 200 with the right
 * bytes and 503 with Retry-After came to the clients that did nothing wrong, when the others got another answer than
 * theirs, when a request was lost, when the memory in the last third of the minutes is more than in the middle one by a quarter, or
 * when the server does not end well.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { values: given } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '200' },
    texts: { type: 'string', default: '20' },
    pause: { type: 'string' },
    threads: { type: 'string', default: '1' },
    cli: { type: 'string', default: path('dist/cli/main.js') },
  },
});
const seconds = 60 * Number(given.minutes);
/** How many clients of each misbehaviour there are. */
const EACH = 5;
const OVERSIZE = 1 << 21;

const server = spawn(
  process.execPath,
  [
    '--import',
    new URL('overload-witness.mjs', import.meta.url).href,
    given.cli,
    'serve',
    path('models/restaurants'),
    '--port',
    '0',
    '--threads',
    given.threads,
    '--json',
  ],
  { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
);
let complaints = '';
server.stderr.setEncoding('utf8').on('data', (text) => {
  complaints += text;
});
const where = JSON.parse(
  await new Promise((resolve, reject) => {
    let text = '';
    server.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      if (text.trimEnd().endsWith('}')) resolve(text);
    });
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${complaints}`)));
  }),
);

const sleep = (s) => new Promise((resolve) => setTimeout(resolve, 1000 * s));
const digest = (text) => createHash('sha256').update(text).digest('hex');
/** Of the clients that ask again and again; the others have a connection for each request. */
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

let asked = 0;

/** @returns the answer, or what became of the connection, and the number of the request for the witness */
function ask(path, body, options = {}) {
  return new Promise((settle) => {
    const number = ++asked;
    const resolve = (answer) => settle({ number, reused: sent.reusedSocket, ...answer });
    const headers = { 'X-Number': number };
    if (body !== null) headers['Content-Type'] = 'application/json';
    const sent = request(
      {
        host: where.host,
        port: where.port,
        path,
        method: body === null ? 'GET' : 'POST',
        headers,
        agent: false,
        ...options,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (more) => {
          text += more;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
        answer.on('error', (error) => resolve({ status: error.code }));
      },
    );
    sent.on('error', (error) => resolve({ status: error.code ?? 'ended' }));
    sent.end(body);
  });
}

const awaited = new Map();
let longestHold = 0;
server.on('message', ({ number, seen, hold }) => {
  if (hold !== undefined) longestHold = Math.max(longestHold, hold);
  else awaited.get(number)?.(seen);
});

/** What the server's process knows of a request: "none" of it came, it was "begun", or "answered". */
function witnessed(number) {
  return new Promise((resolve) => {
    awaited.set(number, resolve);
    server.send({ number });
  });
}

// Reviews of the sample corpus, a different slice for each of a few requests; the right answers come from the quiet server.
const lines = readFileSync(path('corpora/restaurants.csv'), 'utf8').split('\n').slice(1);
const requests = Array.from({ length: 8 }, (_, i) =>
  JSON.stringify({ texts: lines.slice(i * Number(given.texts), (i + 1) * Number(given.texts)) }),
);
const right = [];
for (const body of requests) {
  const { status, text } = await ask('/explain', body);
  if (status !== 200) throw new Error(`a quiet server answers ${status}: ${text}`);
  right.push(digest(text));
}

const end = performance.now() + 1000 * seconds;
const going = () => performance.now() < end;
/** What came of the requests: "kind: outcome" → how often. */
const outcomes = new Map();
const wrong = [];
function count(kind, outcome, expected) {
  const key = `${kind}: ${outcome}`;
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
  if (!expected && wrong.length < 20)
    wrong.push(`${key} at ${(seconds - (end - performance.now()) / 1000).toFixed(0)} s`);
}

async function honest(client) {
  await sleep(client / 100);
  for (let n = client; going(); n++) {
    const body = requests[n % requests.length];
    const options = { agent };
    let answer = await ask('/explain', body, options);
    if (answer.headers === undefined) {
      const seen = await witnessed(answer.number);
      // Also a request that came and was never answered in full is one that was lost.
      const kept = answer.reused ? 'on a kept connection' : 'on a new connection';
      count('explain', `${answer.status} ${kept}, of the request ${seen}`, answer.reused && seen === 'none');
      answer = await ask('/explain', body, { agent: false });
    }
    const { status, headers, text } = answer;
    if (status === 200) {
      const same = digest(text) === right[n % requests.length];
      count('explain', same ? '200' : '200, other bytes', same);
    } else {
      const again = headers?.['retry-after'];
      count('explain', status, status === 503 && again !== undefined);
      await sleep(Number(given.pause ?? again ?? 1));
    }
  }
}

/** A body that comes a byte at a time. */
async function slow() {
  while (going()) {
    const said = await new Promise((resolve) => {
      let text = '';
      const socket = connect(where.port, where.host);
      socket.setEncoding('latin1').on('data', (more) => {
        text += more;
      });
      socket.write(
        'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n',
      );
      const drip = setInterval(() => socket.write(' '), 1000);
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(drip);
        resolve(text.slice(9, 12));
      });
    });
    count('slow body', said, said === '408' || said === '503');
    await sleep(1);
  }
}

/** Leaves while it waits for the answer. */
async function leaving() {
  while (going()) {
    const signal = AbortSignal.timeout(300);
    const { status } = await ask('/explain', requests[0], { signal });
    count('leaves', status, status === 'ABORT_ERR' || status === 200 || status === 503);
    await sleep(1);
  }
}

async function oversize() {
  const body = `{"text": "${'a'.repeat(OVERSIZE)}"}`;
  while (going()) {
    const { status } = await ask('/predict', body);
    // The server closes the connection without reading what is too large; a client may see that before the answer.
    count('oversize', status, [413, 503, 'ECONNRESET', 'EPIPE'].includes(status));
    await sleep(2);
  }
}

async function malformed() {
  while (going()) {
    const { status } = await ask('/predict', '{"text": ');
    count('malformed', status, status === 400 || status === 503);
    await sleep(1);
  }
}

/** MiB that are resident. */
const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;

const highest = [];
async function watch() {
  for (let minute = 1; going(); minute++) {
    const seen = [];
    const full = end - 1000 * seconds + 60_000 * minute;
    do {
      await sleep(1);
      seen.push(memory());
    } while (going() && performance.now() < full);
    highest.push(Math.max(...seen));
    console.log(`minute ${minute}: ${Math.min(...seen).toFixed(0)} to ${Math.max(...seen).toFixed(0)} MiB`);
  }
}

const clients = Array.from({ length: Number(given.clients) }, (_, client) => honest(client));
for (let i = 0; i < EACH; i++) clients.push(slow(), leaving(), oversize(), malformed());
await Promise.all([...clients, watch()]);

// The same server, quiet again.
for (const [i, body] of requests.entries()) {
  const { status, text } = await ask('/explain', body);
  count('afterwards', status, status === 200 && digest(text) === right[i]);
}
const { requests: left } = JSON.parse((await ask('/health', null)).text);
agent.destroy();
const code = await new Promise((resolve) => {
  server.on('exit', resolve);
  server.kill('SIGINT');
});
for (const [key, times] of [...outcomes].sort()) console.log(`${key}: ${times}`);
console.log(`requests under way at the end: ${left}; the server left with ${code}`);
console.log(`the server's process was held up for at most ${longestHold.toFixed(1)} s`);
const third = Math.floor(highest.length / 3);
const middle = Math.max(...highest.slice(third, 2 * third));
const last = Math.max(...highest.slice(-third));
if (third > 0 && last > 1.25 * middle)
  wrong.push(`memory: ${last.toFixed(0)} MiB at the end, ${middle.toFixed(0)} before`);
for (const what of wrong) console.log(`not as it should be: ${what}`);
process.exitCode = wrong.length > 0 || left !== 0 || code !== 0 ? 1 : 0;

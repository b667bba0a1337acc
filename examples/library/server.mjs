/**
 * A model inside a server of your own: POST {"text": "..."} to /rate. ("starling serve" is a whole one.) A rating takes less than a
 * millisecond, so it may be computed where the request is answered.
 *
 *   node server.mjs path/to/model 8080
 */
import { createServer } from 'node:http';
import { SentimentModel } from 'starling';

const [folder, port = '0'] = process.argv.slice(2);
const model = await SentimentModel.load(folder);
const MOST = 100_000;

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  };
  if (request.method !== 'POST' || request.url !== '/rate') return answer(404, { error: 'POST to /rate' });
  try {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) {
      body += chunk;
      if (body.length > MOST) return answer(413, { error: `more than ${MOST} characters` });
    }
    const { text } = JSON.parse(body);
    if (typeof text !== 'string') throw new Error('expected {"text": "..."}');
    const { rating, knownTerms } = model.predict(text);
    return answer(200, { rating, known: knownTerms > 0 });
  } catch (error) {
    return answer(400, { error: error.message });
  }
});

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/rate`);
});

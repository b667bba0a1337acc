/**
 * A page that rates as one types, without a server: the model runs in the browser. Bundle it with what you have; with rolldown:
 *
 *   npx rolldown main.js --platform browser --file bundle.js
 *   cp -r path/to/model model && mkdir kernels && cp node_modules/starling/dist/kernels/*.wasm kernels
 *
 * and serve the folder. ("starling export MODEL --to web" makes a page with more to see.)
 */
import { loadModel } from 'starling/browser';

const text = document.querySelector('#text');
const rating = document.querySelector('#rating');

const model = await loadModel({ model: 'model', kernels: 'kernels' });
const show = () => {
  rating.value = model.predictMany([text.value])[0].rating.toFixed(2);
};
text.addEventListener('input', show);
text.disabled = false;
show();

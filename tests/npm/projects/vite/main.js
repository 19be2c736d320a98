import * as forebill from 'forebill-estimator';
import { askServed } from '../served.js';

globalThis.answers = askServed(forebill);
globalThis.answersOfWorker = new Promise((resolve, reject) => {
  const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }) => resolve(data));
  worker.addEventListener('error', reject);
});

// Two threads, each with an instance of its own.

import { Worker } from 'node:worker_threads';

const asked = () => new Promise((resolve, reject) => {
  const worker = new Worker(new URL('thread.js', import.meta.url), { argv: process.argv.slice(2) });
  worker.once('message', resolve);
  worker.once('error', reject);
});
const [one, other] = await Promise.all([asked(), asked()]);
if (JSON.stringify(one) !== JSON.stringify(other)) throw new Error('two threads, two answers');
console.log(JSON.stringify(one));

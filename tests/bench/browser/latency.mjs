// One engine on one list in a process of its own: prints what it measured as JSON.
//
//     node latency.mjs ENGINE '{"module": FOLDER, "book": FILE, "list": FILE}' SECONDS

import { engines } from './engines.mjs';
import { keystrokes } from './queries.mjs';

const [, , name, given, seconds] = process.argv;
const PASSES = name === 'ours' ? 5 : 3;

const prepare = await engines[name](JSON.parse(given));
const open = [];
let ask;
// The first opening meets cold code; what a page feels is the first, what the format costs is the best.
for (let time = 0; time < (name === 'ours' ? 9 : 1); time += 1) {
  const start = performance.now();
  ask = prepare();
  open.push(performance.now() - start);
}

const best = new Array(keystrokes.length).fill(Infinity);
const end = performance.now() + Number(seconds) * 1000;
// A slow engine answers a part of the keystrokes, spread over all of them.
const stride = [7, 1];
let passes = 0;
for (const step of name === 'ours' ? [1] : stride) {
  for (let pass = 0; pass < (step === 1 ? PASSES : 1) && performance.now() < end; pass += 1) {
    for (let at = 0; at < keystrokes.length && performance.now() < end; at += step) {
      const start = performance.now();
      ask(keystrokes[at]);
      best[at] = Math.min(best[at], performance.now() - start);
    }
    passes += 1;
  }
}

const times = best.filter(Number.isFinite).sort((a, b) => a - b);
const percentile = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(JSON.stringify({
  keys: times.length, passes, first: open[0], open: Math.min(...open),
  p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99), most: times.at(-1),
  megabytes: Math.round(process.memoryUsage().rss / 1e6),
}));

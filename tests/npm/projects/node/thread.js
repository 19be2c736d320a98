import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import * as forebill from 'forebill-estimator';
import { answers } from '../questions.js';

const [book, question] = process.argv.slice(2);
parentPort.postMessage(await answers(forebill, await readFile(book), JSON.parse(await readFile(question, 'utf8'))));

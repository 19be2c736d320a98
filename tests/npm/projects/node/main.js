import { readFile } from 'node:fs/promises';
import * as forebill from 'forebill-estimator';
import { answers } from '../questions.js';

const [book, question] = process.argv.slice(2);
const given = await answers(forebill, await readFile(book), JSON.parse(await readFile(question, 'utf8')));
console.log(JSON.stringify(given));

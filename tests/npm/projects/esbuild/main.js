// esbuild moves no file that is only named by an address: it is imported.

import * as forebill from 'forebill-estimator';
import wasm from 'forebill-estimator/forebill.wasm';
import { askServed } from '../served.js';

globalThis.answers = askServed(forebill, new URL(wasm, import.meta.url));

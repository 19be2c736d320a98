import * as forebill from 'forebill-estimator';
import { askServed } from '../served.js';

globalThis.answers = askServed(forebill);

import * as forebill from 'forebill-estimator';
import { askServed } from '../served.js';

postMessage(await askServed(forebill));

import { base } from './base.js';
import { lines } from './lines.js';
import { search } from './search.js';
import { states } from './states.js';
import { tokens } from './tokens.js';
import { total } from './total.js';

export const styles = [tokens, base, search, lines, total, states];

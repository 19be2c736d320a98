import { askServed } from '/served.js';

globalThis.answers = askServed(globalThis.forebill);

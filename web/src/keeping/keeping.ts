// What keeps and brings back an estimate: the browser's own store, files and links. One script, since each needs the others'.

export { Autosave } from './autosave.js';
export { kept } from './kept.js';
export { toLink } from './link.js';
export { load, textOf } from './load.js';

// What every way to load the package exports besides `load`.

export type { Beside, Book, Candidate, Options, Wishes } from './book.js';
export { ForebillError, ForebillTrap } from './errors.js';
export { compactBook, type CompactFiles } from './compact.js';
export type { Estimator, ModuleSource } from './estimator.js';
export type * from './types.js';
export { verify } from './verify.js';

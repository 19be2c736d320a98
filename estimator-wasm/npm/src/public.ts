// What every way to load the package exports besides `load`.

export type { Beside, Book, Candidate, Options, Wishes } from './book.js';
export { ForebillError, ForebillTrap } from './errors.js';
export type { Estimator, ModuleSource } from './estimator.js';
export type * from './types.js';

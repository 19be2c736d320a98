// The proof is loaded when the first one is opened; this is what the page knows of it before.

import type { TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { Line } from '../state.js';
import type { BookEntry, BookInfo, EstimateLine } from '../types.js';

export interface Provenance {
  info: BookInfo;
  entry: BookEntry;
}

export interface ProofActions {
  copied: boolean;
  copy: (text: string) => void;
}

export type ProofView = (
  line: Line, priced: EstimateLine, reason: string | undefined, from: Provenance, format: Format, actions: ProofActions,
) => TemplateResult;

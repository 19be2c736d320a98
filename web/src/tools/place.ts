// What the tools may use of the element that they are in.

import type { ReactiveControllerHost } from 'lit';
import type { Desk } from '../desk.js';
import type { Format } from '../format.js';
import type { Autosave } from '../keeping/autosave.js';
import type { Toast } from '../toast.js';
import type { AllWords } from './words.js';

export interface Place {
  readonly host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment };
  readonly desk: Desk;
  readonly toast: Toast;
  readonly words: () => AllWords;
  readonly format: () => Format;
  readonly saving: () => Autosave | null;
  /** Where links lead to. */
  readonly page: () => string;
  readonly undo: () => void;
  readonly act: { readonly redo: () => void; readonly find: () => void; readonly addGroup: () => void; readonly clear: () => void };
  /** Whether the host page lets an export go; it may take it over. */
  readonly exporting: (kind: string, text: string) => boolean;
  readonly shared: (url: string) => void;
}

/** Into the clipboard, and says so. */
export async function copy({ toast, words }: Place, what: string, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast.show(words().copiedIt(what));
  } catch {
    toast.show(words().noCopy);
  }
}

export function download(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by then; until that it must stay.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

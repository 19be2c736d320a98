// What of one language's texts stands on a page of another one.

import type { Page } from '@playwright/test';

/** Stands in a text where it takes something. */
const GIVEN = '¤';

/** Every piece of text of a catalogue, without what is put into it. */
function pieces(words: unknown): string[] {
  if (typeof words === 'string') return words.split(/[¤\d]+/).map((piece) => piece.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''));
  if (Array.isArray(words)) return words.flatMap(pieces);
  if (typeof words === 'object' && words !== null) return Object.values(words).flatMap(pieces);
  if (typeof words !== 'function') return [];
  // Of one and of many.
  return [[1, 1, 1], [2, 2, 2], [GIVEN, GIVEN, GIVEN]].flatMap((given) => {
    try {
      return pieces((words as (...all: unknown[]) => unknown)(...given));
    } catch {
      return [];
    }
  });
}

/** Texts of a catalogue that the other one does not have: phrases wherever they stand, a word where it stands alone, since `Service` is
 * part of many a name. */
export function foreign(theirs: readonly object[], own: readonly object[]): RegExp {
  const mine = pieces(own).join('\n');
  const all = [...new Set(pieces(theirs))].filter((piece) => piece.length > 5 && !mine.includes(piece));
  if (all.length < 50) throw new Error('a catalogue is nearly empty');
  const any = (pieces: string[]) => pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const phrases = any(all.filter((piece) => piece.includes(' ')));
  const words = any(all.filter((piece) => !piece.includes(' ')));
  return new RegExp(`(?<!\\p{L})(?:${phrases})(?!\\p{L})|^\\P{L}*(?:${words})\\P{L}*$`, 'u');
}

/** Everything that an element says, in texts and in names; what says that it is English, and what a program prints, aside. */
export function saidBy(page: Page, element: string): Promise<string[]> {
  return page.locator(element).evaluate((host) => {
    const said: string[] = [];
    const look = (node: Element) => {
      if (node.matches('[lang=en], code, pre, style, script')) return;
      for (const name of ['aria-label', 'placeholder', 'aria-description']) said.push(node.getAttribute(name) ?? '');
      for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE) said.push(child.textContent?.trim() ?? '');
      for (const child of node.children) look(child);
    };
    for (const child of host.shadowRoot?.children ?? []) look(child);
    return said.filter((text) => text !== '');
  });
}

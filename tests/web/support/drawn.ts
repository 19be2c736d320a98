// In which order the characters of a text are drawn.

import type { Locator } from '@playwright/test';

export interface Drawn {
  /** As it stands in the document, without blanks and marks of direction. */
  text: string;
  /** From left to right, line by line. */
  drawn: string;
}

/** Of each element that is seen; of its text only what begins with `from`, where that is given. */
export function drawn(elements: Locator, from = ''): Promise<Drawn[]> {
  return elements.evaluateAll((all, from) => all.flatMap((element) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const letters: { letter: string; left: number; top: number }[] = [];
    let whole = '';
    while (texts.nextNode()) {
      const node = texts.currentNode as Text;
      if (node.parentElement?.closest('.visually-hidden')) continue;
      for (let at = 0; at < node.length; at += 1) {
        const letter = node.data.charAt(at);
        whole += letter;
        if (/[\s\u202a-\u202e\u2066-\u2069]/.test(letter)) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getClientRects()[0];
        if (box) letters.push({ letter, left: box.left, top: box.bottom });
      }
    }
    const bare = whole.replace(/[\s\u202a-\u202e\u2066-\u2069]/g, '');
    const begin = from === '' ? 0 : bare.indexOf(from);
    if (begin < 0 || letters.length !== bare.length || bare === '') return [];
    const part = letters.slice(begin);
    const inOrder = part.toSorted((a, b) => (Math.abs(a.top - b.top) > 8 ? a.top - b.top : a.left - b.left));
    return [{ text: part.map(({ letter }) => letter).join(''), drawn: inOrder.map(({ letter }) => letter).join('') }];
  }), from);
}

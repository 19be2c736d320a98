// Colours with computed contrast, spaces and type. A host page may set any
// --forebill-* property; without it the value here holds.

import { css } from 'lit';

export const tokens = css`
  :host {
    color-scheme: light dark;
    --bg: var(--forebill-bg, light-dark(#ffffff, #14171b));
    --surface: var(--forebill-surface, light-dark(#f6f7f9, #1b1f25));
    --raised: var(--forebill-raised, light-dark(#ffffff, #22272e));
    --text: var(--forebill-text, light-dark(#1b1f24, #eceff3));
    --muted: var(--forebill-muted, light-dark(#565d68, #a9b1bc));
    --accent: var(--forebill-accent, light-dark(#0b5cad, #6cb2ff));
    --on-accent: var(--forebill-on-accent, light-dark(#ffffff, #0a1320));
    --up: light-dark(#b3261e, #ff8a80);
    --down: light-dark(#1a6e3c, #6fd08c);
    --warn: light-dark(#8a5a00, #f2b84b);
    --control: light-dark(#7a818c, #8b939e);
    --hairline: light-dark(#d9dce1, #363c45);
    --tint: color-mix(in srgb, var(--accent) 9%, var(--raised));
    --series-1: light-dark(#2982f5, #2285fd);
    --series-2: light-dark(#c97018, #e1600b);
    --series-3: light-dark(#004f3f, #49f8c3);
    --series-4: light-dark(#aa6ec0, #d8b7fe);
    --series-5: light-dark(#5d5215, #f3d675);
    --series-6: light-dark(#df6566, #cb3944);
    --series-other: light-dark(#6b7380, #8b939e);
    --control-height: 32px;
    --radius: 4px;
    --radius-large: 8px;
    font: 400 14px/20px "Segoe UI Variable Text", "Segoe UI", system-ui, sans-serif;
  }
  :host([theme="light"]) { color-scheme: light; }
  :host([theme="dark"]) { color-scheme: dark; }
  :host([density="compact"]) { --control-height: 28px; }
  @media (pointer: coarse) {
    :host { --control-height: 44px; }
  }
`;

// Line icons on a 16 px grid, drawn for this page. They take the text colour
// and are never the only carrier of a meaning.

import { svg, type SVGTemplateResult } from 'lit';

function icon(path: SVGTemplateResult): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none"
    stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"
    aria-hidden="true" focusable="false">${path}</svg>`;
}

export const searchIcon = icon(svg`<circle cx="7" cy="7" r="4.25"></circle><path d="m10.3 10.3 3.2 3.2"></path>`);
export const chevronIcon = icon(svg`<path d="m4.5 6.25 3.5 3.5 3.5-3.5"></path>`);
export const removeIcon = icon(svg`<path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.6M9.2 7v3.6"></path>`);
export const copyIcon = icon(svg`<rect x="5.5" y="5.5" width="7.5" height="7.5" rx="1.5"></rect><path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5"></path>`);
export const lockIcon = icon(svg`<rect x="3.5" y="7" width="9" height="6.25" rx="1.25"></rect><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"></path>`);
export const warnIcon = icon(svg`<path d="M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.2v.05"></path>`);
export const doneIcon = icon(svg`<path d="m3.5 8.5 3 3 6-7"></path>`);
export const moreIcon = icon(svg`<path d="M2.5 5h6M12.5 5h1M2.5 11h1M7.5 11h6"></path><circle cx="10.5" cy="5" r="1.75"></circle><circle cx="5.5" cy="11" r="1.75"></circle>`);
export const undoIcon = icon(svg`<path d="M5.5 3 2.5 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7"></path>`);
export const redoIcon = icon(svg`<path d="m10.5 3 3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H9"></path>`);
export const downloadIcon = icon(svg`<path d="M8 2.5v7.5M5 7.25 8 10.25l3-3M3 13.25h10"></path>`);
export const shareIcon = icon(svg`<path d="M8 10V2.5M5.25 5 8 2.25 10.75 5M4.5 7.5H3v6h10v-6h-1.5"></path>`);
export const openIcon = icon(svg`<path d="M2.5 12.5v-9h4l1.5 2h5.5v7z"></path>`);
export const closeIcon = icon(svg`<path d="m4 4 8 8M12 4l-8 8"></path>`);
export const compareIcon = icon(svg`<path d="M2.5 3.5h4.25v9H2.5zM9.25 3.5h4.25v9H9.25z"></path>`);
export const gripIcon = icon(svg`<path d="M6 4v.05M10 4v.05M6 8v.05M10 8v.05M6 12v.05M10 12v.05"></path>`);
export const historyIcon = icon(svg`<path d="M3 5a6 6 0 1 1-1 3.5M2.5 2.5V5.5h3M8 5v3.25l2.25 1.5"></path>`);

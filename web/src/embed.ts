// The element in a frame: the page around it and the page that embeds it speak by messages. Who may speak is the embedding
// page's origin, named in this page's address as `?parent=`, and only the window that is the parent. Without it the frame
// is silent and deaf. Everything that comes in has a limit and goes through the same strict readers as a file.

import type { ForebillEstimator } from './element.js';

const MOST_CHARACTERS = 262_144;
const THEMES = ['auto', 'light', 'dark'];

const estimator = document.querySelector<ForebillEstimator>('forebill-estimator');
const origin = originOf(new URLSearchParams(location.search).get('parent'));

if (estimator && origin !== null && parent !== window) {
  const tell = (type: string, detail: unknown) => parent.postMessage({ forebill: 1, type, detail }, origin);
  for (const type of ['ready', 'change', 'share', 'error']) {
    estimator.addEventListener(`forebill-${type}`, (event) => tell(type, (event as CustomEvent<unknown>).detail));
  }
  new ResizeObserver(([entry]) => {
    const [size] = entry?.borderBoxSize ?? [];
    if (size) tell('height', Math.ceil(size.blockSize));
  }).observe(estimator);
  addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source === parent && event.origin === origin) void hear(estimator, event.data, tell);
  });
}

async function hear(element: ForebillEstimator, data: unknown, tell: (type: string, detail: unknown) => void): Promise<void> {
  if (typeof data !== 'object' || data === null) return;
  const { forebill, type, detail } = data as Record<string, unknown>;
  if (forebill !== 1) return;
  if (type === 'theme' && typeof detail === 'string' && THEMES.includes(detail)) {
    element.theme = detail as 'auto' | 'light' | 'dark';
  } else if (type === 'load') {
    try {
      const text = typeof detail === 'string' ? detail : JSON.stringify(detail);
      if (typeof text !== 'string' || text.length > MOST_CHARACTERS) throw new Error('the estimate is no text, or too long');
      await element.load(text);
    } catch (thrown) {
      tell('error', { code: 'notLoaded', message: thrown instanceof Error ? thrown.message : 'not loaded' });
    }
  }
}

/** An origin and nothing else: no path, no wildcard, no `null`. */
function originOf(text: string | null): string | null {
  if (text === null || !/^https?:\/\//.test(text)) return null;
  try {
    const { origin: own } = new URL(text);
    return own === text ? own : null;
  } catch {
    return null;
  }
}

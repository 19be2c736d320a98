// The last estimates, kept by this browser for this site, and only where the page asks for it (`autosave`). Each is the
// same text as a file. A store that is full, locked or damaged is as good as none.

const KEY = 'forebill.recent/1';
const KEPT = 8;

export interface Recent {
  readonly id: string;
  readonly savedAt: string;
  readonly name: string;
  readonly lines: number;
  readonly text: string;
  /** Whether it had the prices of the day, and not those of a link. */
  readonly live?: boolean;
}

export function recent(): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** The newest stands first; an estimate that is worked on stays one entry. */
export function keep(entry: Recent): void {
  const others = recent().filter(({ id }) => id !== entry.id);
  try {
    localStorage.setItem(KEY, JSON.stringify([entry, ...others].slice(0, KEPT)));
  } catch {
    // Without a store everything works but this.
  }
}

export function forget(id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(recent().filter((entry) => entry.id !== id)));
  } catch {
    // Nothing is kept then.
  }
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false;
  const { id, savedAt, name, lines, text } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof savedAt === 'string' && typeof name === 'string'
    && typeof lines === 'number' && typeof text === 'string';
}

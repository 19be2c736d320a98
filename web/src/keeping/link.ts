// An estimate in the fragment of an address: `#e=1.` and the text, deflated, in base64 for addresses. A fragment is sent
// to no server. Both ways have a limit, and what is inflated has one too: a short link may hide a very long text.

import { EstimatorError } from '../estimator.js';
import { refuse } from '../snapshots.js';

export const LINK_START = '#e=';
const VERSION = '1.';
/** Mail clients and chats cut longer ones. */
export const SAFE_LENGTH = 2_000;
/** Browsers take more; nobody needs more. */
const LONGEST = 65_536;
const MOST_BYTES = 262_144;

/** Null where it would be too long for any link. */
export async function toLink(text: string, page: string): Promise<string | null> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MOST_BYTES) return null;
  const link = `${page.replace(/#.*$/s, '')}${LINK_START}${VERSION}${toBase64(await through(bytes, new CompressionStream('deflate-raw'), MOST_BYTES))}`;
  return link.length > LONGEST ? null : link;
}

export async function fromLink(fragment: string): Promise<string> {
  if (fragment.length > LONGEST) damaged('longer than any link of this page');
  const code = fragment.slice(LINK_START.length);
  if (!code.startsWith(VERSION)) damaged('of a version that this page does not know');
  const bytes = fromBase64(code.slice(VERSION.length));
  let inflated: Uint8Array;
  try {
    inflated = await through(bytes, new DecompressionStream('deflate-raw'), MOST_BYTES);
  } catch (thrown) {
    if (thrown instanceof EstimatorError) throw thrown;
    damaged('damaged or cut off');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(inflated);
  } catch {
    damaged('damaged');
  }
}

export async function through(bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream, most: number): Promise<Uint8Array> {
  const reader = (new Blob([bytes]).stream().pipeThrough(stream) as ReadableStream<Uint8Array>).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      void reader.cancel().catch(() => undefined);
      damaged('longer than an estimate can be');
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64(code: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]+$/.test(code)) damaged('damaged');
  try {
    return Uint8Array.from(atob(code.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  } catch {
    damaged('damaged or cut off');
  }
}

function damaged(how: string): never {
  refuse('badLink', `This link is ${how}.`);
}

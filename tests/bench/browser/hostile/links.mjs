// Links to an estimate: a third changed as addresses, a third as deflated bytes, a third by somebody who knows the words
// and packs them as the page does. What opens goes through the page's own code and the module, is written again, and must
// be the same when it is opened once more.

import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { chance, changed, oneOf } from './dice.mjs';
import { damaged } from './texts.mjs';

const AT = '2026-11-01T00:00:00Z';
const ENTRY = { offerName: 'Pay-As-You-Go', fetchedAt: AT };

const packed = (bytes) => `#e=1.${Buffer.from(bytes).toString('base64url')}`;

/** A short link to a long text. */
const bomb = () => packed(deflateRawSync(Buffer.alloc(1 << (10 + chance(13)), oneOf(['{', '"', '[', ' ', '9']))));

export async function links({ RateBook }, bytes, keeping) {
  const { EstimatorError, fromLink, LINK_START, open, read, toLink, write } = await import(pathToFileURL(keeping));
  const opened = RateBook.open(bytes);
  // As the package does it: a refusal is a text that says what and where.
  const book = {
    info: JSON.parse(opened.info()),
    estimate: (workload, at) => {
      try {
        return JSON.parse(opened.estimate(JSON.stringify(workload), at));
      } catch (thrown) {
        throw typeof thrown === 'string' ? new EstimatorError(JSON.parse(thrown)) : thrown;
      }
    },
  };
  const [one, other] = JSON.parse(opened.search('d', 2)).hits;
  const workload = (name) => ({
    schema: 'forebill.workload/1', name, groups: [{ name: 'g', tags: { k: 'v' } }],
    items: [
      { name: 'a', query: one.name, region: one.region, count: 3, schedule: { hoursPerDay: '12', daysPerWeek: '5' } },
      { name: 'b', meterId: other.meterId, quantity: '20000.5', low: '0', high: '90000', ramp: ['0.5', '1'], group: 'g', tags: { k: 'v' } },
    ],
  });
  const good = JSON.stringify({
    schema: 'forebill.page/1', book: { id: book.info.id, ...ENTRY }, at: AT, active: 1, workloads: [workload('shop'), workload('bakery')],
  });
  const deflated = deflateRawSync(good);
  const link = await toLink(good, 'https://example.org/calculator#old');
  const fragment = link.slice(link.indexOf('#'));

  const all = async (address) => {
    if (!address.startsWith(LINK_START)) return undefined;
    const shared = read(await fromLink(address));
    return open(shared, book, AT);
  };
  /** What came of it; nothing for a refusal that says why. Everything else that is thrown is a fault. */
  const asked = async (address) => {
    try {
      return await all(address);
    } catch (thrown) {
      if (!(thrown instanceof EstimatorError) || thrown.message === '' || thrown.message.length > 2_000) throw thrown;
      return undefined;
    }
  };
  const first = await asked(fragment);
  if (first?.work.branches[1].lines.length !== 2) throw new Error('the link to damage is none');

  const hostile = (round) => {
    switch (round % 3) {
      case 0: return changed(Buffer.from(fragment)).toString('latin1');
      case 1: return packed(changed(deflated));
      default: return chance(100) === 0 ? bomb() : packed(deflateRawSync(damaged(round, good)));
    }
  };
  const text = ({ work }) => write(work, book.info, ENTRY, [], AT);
  return async (round) => {
    const found = await asked(hostile(round));
    if (found === undefined) return false;
    const written = text(found);
    const again = await toLink(written, 'https://example.org/');
    if (again !== null && found.missing.length === 0) {
      const next = await all(again.slice(again.indexOf('#')));
      if (text(next) !== written) throw new Error(`another estimate after it was opened and written: ${written}`);
    }
    return true;
  };
}

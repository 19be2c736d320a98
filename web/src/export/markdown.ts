// The estimate as a Markdown table, for tickets and chats. What people wrote stays text there, too.

import type { Format } from '../format.js';
import { quantityUnit, shortHash } from '../format.js';
import { tagName } from '../grouping.js';
import type { AllWords } from '../tools/words.js';
import type { LineRow, View } from './rows.js';

export function markdown(view: View, format: Format, words: AllWords): string {
  const { currency, estimate } = view;
  const money = (amount: string | null | undefined) => (amount === null || amount === undefined ? '–' : format.exactMoney(currency, amount));
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  const lines = view.sections.flatMap(({ name, sum, lines: of }) => [
    ...(name === '' ? [] : [row(`**${plain(name)}**`, '', '', '', `**${money(sum)}**`)]),
    ...of.map((line) => lineRow(line, money)),
  ]);
  function lineRow({ line, title, quantity, unit, priced, problem }: LineRow, shown: typeof money): string {
    const { meter, plan, count } = line;
    const each = plan ? `${plan.hours} ${words.hoursADay}, ${plan.days} ${words.daysAWeek}` : `${quantity} ${quantityUnit(unit, words)}`;
    const where = [meter.category, title === meter.name ? '' : meter.name, meter.region, line.offer].filter((text) => text !== '').join(', ');
    return row(plain(title), plain(where), plain(`${count === '1' ? '' : `${count} × `}${each}`), plain(rates(priced)), priced?.cost ? shown(priced.cost) : plain(problem || words.noPriceShort));
  }
  function rates(priced: LineRow['priced']): string {
    const used = priced?.tiers.filter((tier) => tier.quantity !== '0') ?? [];
    return used.map((tier) => `${tier.quantity} × ${tier.unitPrice}${tier.block ? ` / ${tier.block}` : ''}`).join(' + ');
  }
  const totals = estimate?.totals;
  return [
    `### ${plain(view.name)}`,
    '',
    row(words.nameOfLine, words.meter, words.quantity, words.unitPrice, words.aMonth),
    '| --- | --- | --- | ---: | ---: |',
    ...lines,
    row(`**${words.estimatedMonth}**`, view.complete ? '' : words.incompleteShort, '', '', `**${money(totals?.monthlyCost)}**`),
    ...view.tags.map(({ key, value, sum }) => row(plain(`${tagName(key, words)} ${value}`), '', '', '', money(sum))),
    '',
    totals ? `${words.aYear(money(totals.yearlyCost))}. ` : '',
    ...view.books.map(({ offer, id, fetchedAt }) => `${plain(offer)}, ${plain(currency)}, ${words.fetched} ${plain(fetchedAt)}, ${words.rateBook} ${shortHash(id)}`),
    '',
  ].join('\n');
}

/** No cell, link or markup of its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&').replaceAll('@', '&#64;').replaceAll('://', '&#58;//');
}

// The estimate as a Markdown table, for tickets and chats, with the link that opens it. What people wrote stays text there, too.

import type { Format } from '../format.js';
import { isQuantity, quantityUnit, shortHash } from '../format.js';
import { tagName } from '../grouping.js';
import type { AllWords } from '../tools/words.js';
import type { LineRow, View } from './rows.js';
import { sums } from './sums.js';

export function markdown(view: View, format: Format, words: AllWords, link: string | null): string {
  const { currency } = view;
  const money = (amount: string) => format.exactMoney(currency, amount);
  const number = (typed: string) => (isQuantity(typed.trim()) ? format.quantity(typed.trim()) : typed);
  const lacking = (whole: boolean) => (whole ? '' : words.incompleteShort);
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  function lineRow({ line, title, quantity, unit, offer, costCentre, priced, problem }: LineRow): string {
    const { meter, plan, count, low, high, ramp } = line;
    const each = plan ? `${number(plan.hours)} ${words.hoursADay}, ${number(plan.days)} ${words.daysAWeek}` : `${number(quantity)} ${quantityUnit(unit, words)}`;
    const assumed = [[words.low, number(low)], [words.high, number(high)], [words.ramp, ramp]].flatMap(([name, value]) => (value?.trim() ? `; ${name}: ${value}` : []));
    const where = [meter.category, title === meter.name ? '' : meter.name, meter.region, line.offer && offer, costCentre].filter((text) => text !== '').join(', ');
    const rates = priced?.tiers.filter((tier) => tier.quantity !== '0')
      .map((tier) => `${format.quantity(tier.quantity)} × ${format.unitPrice(currency, tier.unitPrice)}${tier.block ? ` / ${tier.block}` : ''}`).join(' + ') ?? '';
    return row(
      plain(title), plain(where), plain(`${count.trim() === '1' ? '' : `${count} × `}${each}${assumed.join('')}`), plain(rates),
      priced?.cost ? money(priced.cost) : plain(problem || words.noPriceShort),
    );
  }
  return [
    `### ${plain(view.name)}`,
    '',
    row(words.nameOfLine, words.meter, words.quantity, words.unitPrice, words.aMonth),
    '| --- | --- | --- | ---: | ---: |',
    ...view.sections.flatMap(({ name, sum, whole, lines }) => [
      ...(name === '' ? [] : [row(`**${plain(name)}**`, lacking(whole), '', '', sum === null ? '–' : `**${money(sum)}**`)]),
      ...lines.map(lineRow),
    ]),
    ...sums(view, words).map(([name, amount, text = '']) => row(`**${plain(name)}**`, plain(amount === null ? '' : text), '', '', `**${amount === null ? plain(text) : money(amount)}**`)),
    ...view.tags.map(({ key, value, sum, whole }) => row(plain(`${tagName(key, words)} ${value}`), lacking(whole), '', '', money(sum))),
    '',
    ...view.books.map(({ offer, id, fetchedAt }) => [plain(offer), plain(currency), fetchedAt && `${words.fetched} ${plain(fetchedAt)}`, `${words.rateBook} ${shortHash(id)}`].filter(Boolean).join(', ')),
    ...(link === null ? [] : ['', `[${words.link}](${link})`]),
    '',
  ].join('\n');
}

/** No cell, link or markup of its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&').replaceAll('@', '&#64;').replaceAll('://', '&#58;//');
}

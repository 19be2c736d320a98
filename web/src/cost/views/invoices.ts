// The archived invoices, newest first, each as the file that Azure gave.

import { html, type TemplateResult } from 'lit';
import type { Shown } from '../shown.js';
import type { Invoices } from '../types.js';
import { table } from './table.js';

export function invoicesView(shown: Shown, { invoices }: Invoices): TemplateResult {
  if (invoices.length === 0) {
    return html`<div class="failure"><h2 class="failure-title">No invoice is archived</h2>
      <p>Read those that Azure has, each once: <code>forebill snapshot invoices --subscription ID</code></p></div>`;
  }
  return html`
    <h2>Archived invoices</h2>
    <p class="muted">As Azure gave them, kept with their hash. Amounts on these pages are rated; only an invoice says what was billed.</p>
    ${table('Archived invoices', [
      { name: 'Number' }, { name: 'Subscription' }, { name: 'Period' }, { name: 'Read' }, { name: 'Bytes', number: true }, { name: 'SHA-256' },
    ], [...invoices].reverse().map((one) => [
      html`<a href="data/invoice/${one.object.sha256}.pdf" download=${one.file}>${one.name}</a>`,
      shown.names.get(one.subscriptionId) ?? one.subscriptionId,
      `${shown.format.date(one.periodStartOn)} – ${shown.format.date(one.periodEndOn)}`,
      shown.format.dateTime(one.readAt), shown.format.integer(one.object.bytes), html`<code>${one.object.sha256.slice(0, 16)}</code>`,
    ]))}`;
}

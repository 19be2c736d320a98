// Shares and changes in per cent, from whole thousandths: no division happens here.

type IntlText = Parameters<Intl.NumberFormat['format']>[0];

export class Percent {
  readonly #signed: Intl.NumberFormat;
  readonly #plain: Intl.NumberFormat;

  constructor(locale: string) {
    this.#signed = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' });
    this.#plain = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 20 });
  }

  /** "+8.2 %" */
  change(thousandths: bigint): string {
    return this.#signed.format(`${thousandths}e-3` as IntlText).replace('-', '\u2212');
  }

  /** "7.5 %" of the text "7.5". */
  of(hundredths: string): string {
    return this.#plain.format(`${hundredths}e-2` as IntlText);
  }
}

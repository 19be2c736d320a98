// Reads a workbook as a spreadsheet would, as far as ours goes: cells, and formulas with + - * /, MIN, MAX, SUM, SUMIF, and a sum of
// the rows whose text is another cell's.

import { strFromU8, unzipSync } from 'fflate';

interface Cell { value: string; formula?: string; text: boolean }

export class Workbook {
  readonly cells = new Map<string, Cell>();

  constructor(bytes: Uint8Array) {
    const parts = unzipSync(bytes);
    const xml = strFromU8(parts['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    const plain = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    for (const [, at, attributes, body] of xml.matchAll(/<c r="([A-Z]+\d+)"([^>]*)>(.*?)<\/c>/gs)) {
      const text = /<t[^>]*>(.*?)<\/t>/s.exec(body ?? '')?.[1];
      const formula = /<f>(.*?)<\/f>/s.exec(body ?? '')?.[1];
      const value = text ?? /<v>(.*?)<\/v>/s.exec(body ?? '')?.[1] ?? '';
      this.cells.set(at ?? '', { value: plain(value), text: attributes?.includes('inlineStr') ?? false, ...(formula === undefined ? {} : { formula: plain(formula) }) });
    }
  }

  find(column: string, text: string): number {
    const [at] = [...this.cells].find(([at, { value }]) => at.replace(/\d+/, '') === column && value === text) ?? [''];
    return Number(at.slice(1));
  }

  text(at: string): string {
    return this.cells.get(at)?.value ?? '';
  }

  /** What the formula gives, with its cells worked out anew. */
  calculated(at: string): number {
    const cell = this.cells.get(at);
    if (!cell || cell.text) return 0;
    if (cell.formula === undefined) return Number(cell.value);
    const range = (from: string, to: string) => {
      const rows = [];
      for (let row = Number(from.slice(1)); row <= Number(to.slice(1)); row += 1) rows.push(`${from[0]}${row}`);
      return rows;
    };
    const code = cell.formula
      .replace(/SUMIF\((\w+):(\w+),"(\w+)",(\w+):(\w+)\)/g, (_, a, b, wanted, c, d) => {
        const sums = range(c, d);
        return `(${range(a, b).map((key, index) => (this.text(key) === wanted ? this.calculated(sums[index] ?? '') : 0)).join('+')})`;
      })
      .replace(/SUMPRODUCT\(\((\w+):(\w+)="(\w+)"\)\*EXACT\((\w+):(\w+),(\w+)\),(\w+):(\w+)\)/g, (_, e, f, kind, a, b, wanted, c, d) => {
        const [kinds, sums] = [range(e, f), range(c, d)];
        return `(${range(a, b).map((key, index) => (this.text(kinds[index] ?? '') === kind && this.text(key) === this.text(wanted) ? this.calculated(sums[index] ?? '') : 0)).join('+')})`;
      })
      .replace(/SUM\((\w+):(\w+)\)/g, (_, a, b) => `(${range(a, b).map((key) => this.calculated(key)).join('+')})`)
      .replace(/\b[A-Z]+\d+\b/g, (key) => `(${this.calculated(key)})`)
      .replaceAll('MIN', 'Math.min').replaceAll('MAX', 'Math.max');
    if (!/^[\d.+\-*/(),eMathminax ]+$/.test(code)) throw new Error(`${at}: ${cell.formula} is ${code}`);
    return Function(`return ${code}`)() as number;
  }
}

// What every chart does: it fills its place, has a cursor that keys and pointer move, and says in words what stands at
// the cursor. The picture itself is hidden from screen readers; the words and the table behind it are not.

import { LitElement, html, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';

export const HEIGHT = 260;
export const MARGIN = { top: 22, right: 12, bottom: 24, left: 60 };

export abstract class Plot extends LitElement {
  static override properties = { width: { state: true }, cursor: { state: true } };
  declare protected width: number;
  declare protected cursor: number | null;
  readonly #sized = new ResizeObserver((entries) => {
    this.width = Math.floor(entries[0]?.contentRect.width ?? 0);
  });

  constructor() {
    super();
    this.width = 0;
    this.cursor = null;
  }

  /** Days or hours, and the one that the cursor stands on at first. */
  protected abstract get count(): number;
  protected abstract get first(): number;
  protected abstract get name(): string;
  protected abstract picture(inner: number): SVGTemplateResult;
  /** What stands at a place, in words and with the amounts as they were written. */
  protected abstract words(at: number): string;
  protected abstract readout(at: number): TemplateResult;
  /** What is chosen by Enter or a click; most pictures have nothing to choose. */
  protected pick(_at: number): void {}

  protected get at(): number {
    return Math.max(0, Math.min(this.cursor ?? this.first, this.count - 1));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sized.observe(this);
  }

  override disconnectedCallback(): void {
    this.#sized.disconnect();
    super.disconnectedCallback();
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.cursor !== null && this.cursor >= this.count) this.cursor = null;
  }

  protected override render(): TemplateResult {
    const inner = Math.max(0, this.width - MARGIN.left - MARGIN.right);
    return html`
      <div class="plot" role="slider" tabindex="0" aria-label=${this.name} aria-valuemin="1" aria-valuemax=${Math.max(1, this.count)}
        aria-valuenow=${this.at + 1} aria-valuetext=${this.count > 0 ? this.words(this.at) : '–'}
        @keydown=${this.#key} @pointermove=${this.#point} @pointerdown=${this.#point} @click=${this.#choose}>
        <svg width=${this.width} height=${HEIGHT} aria-hidden="true" focusable="false">${inner > 0 ? this.picture(inner) : null}</svg>
      </div>
      <div class="readout">${this.count > 0 ? this.readout(this.at) : null}</div>`;
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#choose();
      return;
    }
    const last = this.count - 1;
    const to = {
      ArrowLeft: this.at - 1, ArrowDown: this.at - 1, ArrowRight: this.at + 1, ArrowUp: this.at + 1,
      PageDown: this.at - 7, PageUp: this.at + 7, Home: 0, End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.cursor = Math.max(0, Math.min(to, last));
  };

  readonly #choose = (): void => {
    if (this.count > 0) this.pick(this.at);
  };

  readonly #point = (event: PointerEvent): void => {
    const inner = this.width - MARGIN.left - MARGIN.right;
    if (inner <= 0 || this.count === 0) return;
    const across = event.clientX - (event.currentTarget as Element).getBoundingClientRect().left - MARGIN.left;
    this.cursor = Math.max(0, Math.min(Math.floor((across / inner) * this.count), this.count - 1));
  };
}

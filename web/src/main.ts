import { ForebillEstimator } from './element.js';

export { ForebillEstimator };
export { useModule } from './estimator.js';

/** Under another name, for a page that has two versions. */
export function define(tag: string): void {
  if (!customElements.get(tag)) customElements.define(tag, class extends ForebillEstimator {});
}

// Two versions on one page must not fight over the name.
if (!customElements.get('forebill-estimator')) {
  customElements.define('forebill-estimator', ForebillEstimator);
}

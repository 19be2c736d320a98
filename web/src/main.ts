import { ForebillEstimator } from './element.js';

// Two versions on one page must not fight over the name.
if (!customElements.get('forebill-estimator')) {
  customElements.define('forebill-estimator', ForebillEstimator);
}

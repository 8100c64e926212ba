import { readAssets, type Asset } from '#kit/html';
import { verifyingAssets } from './verifying/verifying.ts';

/** What the customer's pages link to, beside the assets of `#kit/html`; the map brings its own sheet. */
export const customerAssets: readonly Asset[] = [
  ...verifyingAssets,
  ...readAssets(
    import.meta.url,
    './tracking.css',
    './consents/consents.css',
    './protecting/protects-you.css',
    './plain-sight/pages/plain-sight.css',
    './ledger/ledger.css',
    './ledger/copy.js',
    './protecting/looked.js',
    './ledger/ledger.css',
    './ledger/copy.js',
    '../kit/way-map/way-map.css',
    './live.js',
    './reviews/reviews.css',
    './reviews/review-form.css',
    './reviews/smaller.js',
  ),
];

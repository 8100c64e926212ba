import { readAssets, type Asset } from '#kit/html';
import { verifyingAssets } from './verifying/verifying.ts';

/** What the customer's pages link to, beside the assets of `#kit/html`; the map brings its own sheet. */
export const customerAssets: readonly Asset[] = [
  ...verifyingAssets,
  ...readAssets(
    import.meta.url,
    './tracking.css',
    './parts/stages.css',
    './consents/consents.css',
    './contact/contact.css',
    './contact/form/form.css',
    './help/help.css',
    './leaving/leaving.css',
    './protecting/protects-you.css',
    './seals/seals.css',
    './plain-sight/pages/plain-sight.css',
    './ledger/ledger.css',
    './ledger/copy.js',
    './protecting/looked.js',
    './trust/card.css',
    './trust/trust-page.css',
    '../kit/way-map/way-map.css',
    './live.js',
    './reviews/reviews.css',
    './reviews/review-form.css',
    './reviews/smaller.js',
  ),
];

import { showId } from '#kit/ids';
import type { CanaryLine } from './canaries.ts';

/** A canary for the API and the command line. */
export function canaryJson({ id, kind, plantedAt, link, email, orderNumber, keyId, uses }: CanaryLine) {
  return {
    id,
    kind,
    planted_at: plantedAt.toString(),
    link,
    email,
    order_number: orderNumber,
    key_id: keyId,
    uses: uses.map(({ way, at, caseId }) => ({ way, at: at.toString(), case: showId('brc', caseId) })),
  };
}

import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import { newId } from '#kit/ids';
import { statements } from './store.ts';

/** What was done by whom: `actor` is `staff`, `key key_…` or `command line`; `subject` an id. No personal data. */
export type Audit = {
  readonly shopId: string | null;
  readonly actor: string;
  readonly verb: string;
  readonly subject: string;
};

export type AuditEntry = Omit<Audit, 'shopId'> & { readonly happenedAt: Temporal.Instant };

export async function writeAudit(queries: Queries, clock: Clock, entry: Audit): Promise<void> {
  await queries.rows(statements.addAudit, [
    newId(clock),
    entry.shopId,
    clock.now(),
    entry.actor,
    entry.verb,
    entry.subject,
  ]);
}

export async function audits(queries: Queries, shopId: string | null, limit: number): Promise<readonly AuditEntry[]> {
  return await queries.rows<AuditEntry>(statements.audits, [shopId, limit]);
}

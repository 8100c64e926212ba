import type { Queries } from '#kit/database';
import { witnessLines } from './cosigner.ts';
import { readKeyLines } from './key-lines.ts';
import { statements } from './store.ts';

/** The newest checkpoint, with what witnesses have signed of it; null before the first entry. */
export async function newestCheckpoint(queries: Queries, shopId: string): Promise<string | null> {
  const newest = await queries.one<Stored>(statements.newest, [shopId]);
  return newest === null ? null : await cosigned(queries, shopId, newest);
}

/**
 * The newest checkpoint that a witness has signed, with its signatures: a ledger that grows is always a little longer.
 * Null when there is none.
 */
export async function witnessedCheckpoint(queries: Queries, shopId: string): Promise<string | null> {
  const stored = await queries.one<Stored>(statements.newestSigned, [shopId]);
  return stored === null ? null : await cosigned(queries, shopId, stored);
}

type Stored = { readonly size: number; readonly note: string };

async function cosigned(queries: Queries, shopId: string, { size, note }: Stored): Promise<string> {
  const rows = await queries.rows<{ lines: string }>(statements.linesAt, [shopId, size]);
  return note + rows.map(({ lines }) => lines).join('');
}

/** Lines of a policy that name a shop's witnesses (C2SP tlog-policy); none without. */
export async function policyLinesOf(queries: Queries, shopId: string): Promise<readonly string[]> {
  const rows = await queries.rows<{ keys: string; url: string }>(statements.witnesses, [shopId]);
  return rows.flatMap(({ keys, url }) => witnessLines(readKeyLines(keys), url));
}

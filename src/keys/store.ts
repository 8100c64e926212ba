import type { Database } from '#kit/database';

export const statements = {
  bound: `select keyring_id as "keyringId" from keys.installation`,
  bind: `insert into keys.installation (one, keyring_id) values (true, $1) on conflict do nothing`,
};

/** The id of the keyring that this database is sealed with; null before the first start. */
export async function boundKeyring(database: Database): Promise<string | null> {
  return (await database.one<{ keyringId: string }>(statements.bound, []))?.keyringId ?? null;
}

export async function bindKeyring(database: Database, keyringId: string): Promise<void> {
  await database.rows(statements.bind, [keyringId]);
}

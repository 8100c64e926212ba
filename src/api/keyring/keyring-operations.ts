import { z } from 'zod';
import { keysStatusJson, providerKinds, type KeyRoom } from '#keys';
import type { Database } from '#kit/database';
import { operation, type Operation } from '../operations.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);
const name = z.string().max(16);

const status = z.object({
  keyring: name.meta({ description: 'Names it, and tells nothing of it' }),
  provider: z.enum(providerKinds).meta({ description: 'What keeps it closed; `file`: nothing but the folder' }),
  health: z
    .object({ state: z.enum(['well', 'away', 'refused']), said: z.string() })
    .nullable()
    .meta({ description: 'What the provider says, asked now; null for `file`' }),
  wrapping: z
    .array(z.object({ id: name, wraps: z.boolean(), rows: count }))
    .meta({ description: 'The wrapping keys, and around how many keys each lies' }),
  lost: count.meta({ description: 'Keys whose wrapping key is not in this keyring: nobody can open them' }),
  rotation: z.object({ began_at: moment, to: name, rewrapped: count, ended_at: moment.nullable() }).nullable(),
  processes: count,
  backups: z.array(
    z.object({ kind: z.enum(['data', 'keys']), made_at: moment, bytes: count, rows: count, encrypted: z.boolean() }),
  ),
});

const example = {
  keyring: '1f2e3d4c5b6a',
  provider: 'vault' as const,
  health: { state: 'well' as const, said: 'transit/glasspost at vault.shop.example:8200' },
  wrapping: [{ id: '0a1b2c3d', wraps: true, rows: 18_204 }],
  lost: 0,
  rotation: { began_at: '2026-11-29T12:00:00Z', to: '0a1b2c3d', rewrapped: 18_190, ended_at: '2026-11-29T12:00:03Z' },
  processes: 2,
  backups: [
    { kind: 'data' as const, made_at: '2026-11-29T02:00:00Z', bytes: 48_231_000, rows: 410_223, encrypted: true },
  ],
};

type Needs = { readonly database: Database; readonly keyRoom: Pick<KeyRoom, 'status'> };

/** Of the whole installation. Keys are turned and copied at the command line alone: whoever may is on the machine. */
export function keyringOperations({ database, keyRoom }: Needs): readonly Operation[] {
  return [
    operation({
      name: 'getKeyring',
      method: 'GET',
      path: '/v1/keyring',
      summary: 'What keeps the keyring closed, its wrapping keys, the last rotation and the last backups',
      scope: 'keyring:read',
      input: null,
      output: status,
      example: { params: {}, output: example },
      act: async () => ({ status: 200, body: keysStatusJson(await keyRoom.status(database)) }),
    }),
  ];
}

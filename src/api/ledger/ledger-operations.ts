import { z } from 'zod';
import type { Database } from '#kit/database';
import { showId } from '#kit/ids';
import { ledgerJson, type Ledger } from '#privacy';
import { operation, type Operation } from '../operations.ts';

const moment = z.iso.datetime();

const status = z.object({
  origin: z.string().nullable().meta({ description: 'What the ledger is called; null before its first entry' }),
  url: z.string().meta({ description: 'Where anybody reads it' }),
  size: z.int().meta({ description: 'Entries that have their place' }),
  signed_at: moment.nullable(),
  waiting: z.int().meta({ description: 'Entries that wait for a place; counted up to 10,001' }),
  waiting_since: moment.nullable(),
  checked: z
    .object({
      at: moment,
      size: z.int(),
      wrong: z
        .object({
          what: z.enum(['entry', 'hash', 'missing', 'root', 'signature', 'shorter']),
          index: z.int().meta({ description: 'Of the first entry that it is wrong for, counted from 0' }),
          of: z.string().meta({ description: 'The file in which it was noticed' }),
        })
        .nullable(),
    })
    .nullable()
    .meta({ description: 'How it was found when it was last read again from its first entry' }),
  check_asked: z.boolean(),
  check_read: z.int().nullable().meta({ description: 'Entries that were read again so far, while it is' }),
});

const example = {
  origin: 'parcels.shop.example/ledger/shp_01kakz3bafg1s3t5v7w9x0yz12',
  url: 'https://parcels.shop.example/ledger/shp_01kakz3bafg1s3t5v7w9x0yz12/',
  size: 41_207,
  signed_at: '2026-11-29T12:00:00Z',
  waiting: 0,
  waiting_since: null,
  checked: { at: '2026-11-29T03:00:00Z', size: 41_180, wrong: null },
  check_asked: false,
  check_read: null,
};

export type LedgerOperationNeeds = {
  readonly database: Database;
  readonly privacy: { readonly ledger: Pick<Ledger, 'statusOf' | 'askCheck' | 'urlOf'> };
};

/** The ledger of the key's shop. */
export function ledgerOperations({ database, privacy: { ledger } }: LedgerOperationNeeds): readonly Operation[] {
  const shown = async (shopId: string) => ({
    ...ledgerJson(await ledger.statusOf(database, shopId)),
    url: ledger.urlOf(shopId),
  });
  return [
    operation({
      name: 'readLedger',
      method: 'GET',
      path: '/v1/ledger',
      scope: 'ledger:read',
      input: null,
      summary: 'How it stands with the ledger: entries, the last signature, what waits, and whether it was found whole',
      output: status,
      example: { params: {}, output: example },
      act: async ({ caller }) => ({ status: 200, body: await shown(caller.shopId) }),
    }),
    operation({
      name: 'checkLedger',
      method: 'POST',
      path: '/v1/ledger/check',
      scope: 'ledger:write',
      input: null,
      summary: 'Have the ledger read again from its first entry; what was found is told by GET',
      output: status,
      example: { params: {}, output: { ...example, check_asked: true } },
      act: async ({ caller }) => {
        await ledger.askCheck(caller.shopId, `key ${showId('key', caller.keyId)}`);
        return { status: 200, body: await shown(caller.shopId) };
      },
    }),
  ];
}

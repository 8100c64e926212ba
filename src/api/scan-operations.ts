import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { IncomingScan, Parcels } from '#parcels';
import { operation, type Operation } from './operations.ts';
import { readScan, type Rejection } from './read-scan.ts';

const scansPerCallMax = 1_000;
const bodyBytesMax = 2 * 1024 * 1024;

const input = z.strictObject({
  scans: z.array(z.unknown()).max(scansPerCallMax, `must hold at most ${scansPerCallMax} scans`),
});

const output = z.object({
  accepted: z.number(),
  duplicates: z.number(),
  rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })),
});

export function scanOperations(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly parcels: Parcels;
}): readonly Operation[] {
  return [
    operation({
      name: 'postScans',
      method: 'POST',
      path: '/v1/scans',
      summary: 'Take scans, up to 1,000 a call; each is taken once, and one bad scan does not hold up the others',
      scope: 'scans:write',
      input,
      output,
      bodyBytesMax,
      act: async ({ caller, input: body }) => {
        const now = needs.clock.now();
        const incoming: IncomingScan[] = [];
        const rejected: (Rejection & { readonly index: number })[] = [];
        for (const [index, one] of body.scans.entries()) {
          const read = readScan(one, now);
          if ('scan' in read) incoming.push(read);
          else rejected.push({ index, ...read });
        }
        const taken = await needs.database.tx((tx) => needs.parcels.takeScans(tx, caller.shopId, incoming, 'api'));
        return { status: 200, body: { ...taken, rejected } };
      },
    }),
  ];
}

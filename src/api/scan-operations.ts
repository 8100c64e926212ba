import { z } from 'zod';
import { createSchema } from 'zod-openapi';
import type { Clock } from '#kit/clock';
import type { IncomingScan, Parcels } from '#parcels';
import { operation, type Operation } from './operations.ts';
import { readScan, scanBody, type Rejection } from './read-scan.ts';

const scansPerCallMax = 1_000;
/** Room for a call full of the longest scans. */
const bodyBytesMax = 4 * 1024 * 1024;

/** Each scan is read by itself, so that a wrong one does not refuse the call; the description shows what it must be. */
const oneScan = z.unknown().meta({ override: createSchema(scanBody, { io: 'input' }).schema });
const input = z.strictObject({
  scans: z.array(oneScan).max(scansPerCallMax, `must hold at most ${scansPerCallMax} scans`),
});

const output = z.object({
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  rejected: z.array(z.object({ index: z.int().min(0), code: z.string(), message: z.string() })),
});

const example = {
  scans: [
    {
      carrier: 'dhl',
      tracking_number: '00340434161094015902',
      code: 'parcel-de:PO',
      local_time: '2026-11-20T08:54:00',
      offset: '+01:00',
      zone: 'Europe/Berlin',
      place: { name: 'Berlin', country: 'DE' },
      text: 'Loaded onto the delivery vehicle',
    },
  ],
};

export function scanOperations(needs: { readonly clock: Clock; readonly parcels: Parcels }): readonly Operation[] {
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
      example: { params: {}, input: example, output: { accepted: 1, duplicates: 0, rejected: [] } },
      act: async ({ caller, input: body }) => {
        const now = needs.clock.now();
        const incoming: IncomingScan[] = [];
        const rejected: (Rejection & { readonly index: number })[] = [];
        for (const [index, one] of body.scans.entries()) {
          const read = readScan(one, now);
          if ('scan' in read) incoming.push(read);
          else rejected.push({ index, ...read });
        }
        const taken = await needs.parcels.postScans(caller.shopId, incoming, 'api');
        return { status: 200, body: { ...taken, rejected } };
      },
    }),
  ];
}

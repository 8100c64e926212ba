import { z } from 'zod';
import { milestones, type ParcelState } from '#carriers';
import { factKind } from '#kit/facts';

const whose = {
  shopId: z.string(),
  personId: z.string(),
  orderId: z.string(),
  carrier: z.string(),
};

const milestone: z.ZodType<ParcelState> = z.enum(milestones);

/** A parcel became known, or got its number. */
export const parcelRegistered = factKind('parcel.registered', z.object({ ...whose, numbered: z.boolean() }));

/** Scans came that did not change where the parcel stands. */
export const parcelScanned = factKind('parcel.scanned', z.object({ ...whose, scans: z.number() }));

/** A parcel stands elsewhere than before, or the same was said of it again where that may be another round or place. */
export const parcelMoved = factKind(
  'parcel.moved',
  z.object({
    ...whose,
    before: z.object({ milestone, subStatus: z.string().nullable() }),
    milestone,
    subStatus: z.string().nullable(),
    leg: z.enum(['outbound', 'return']),
    /** When the scan happened that brought it here (RFC 3339); null when it stands where nothing is known. */
    at: z.string().nullable(),
    /** Where it waits to be collected: a name that only says whether two places of this parcel differ; null: not known. */
    place: z.string().nullable().default(null),
    /** How often a delivery was tried in vain so far. */
    attempts: z.number(),
  }),
);

export type ParcelMoved = ReturnType<typeof parcelMoved.read>;

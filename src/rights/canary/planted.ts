import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { orderBody } from '#orders';
import type { Shop } from '#orders';

/** What was planted; it stands sealed in the list of canaries and nowhere else. */
export const plantedShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('person'),
    personId: z.string(),
    orderId: z.string(),
    number: z.string(),
    email: z.string(),
    link: z.string(),
  }),
  z.object({ kind: z.literal('key'), keyId: z.string() }),
]);
export type Planted = z.output<typeof plantedShape>;

const given = [
  'Anna',
  'Jonas',
  'Marie',
  'Lukas',
  'Julia',
  'Felix',
  'Laura',
  'Paul',
  'Katrin',
  'Stefan',
  'Ines',
  'Tobias',
];
const family = ['Brandt', 'Seidel', 'Vogel', 'Lindner', 'Hartmann', 'Pohl', 'Albrecht', 'Winter', 'Engel', 'Jansen'];
const streets = ['Gartenweg', 'Lindenstraße', 'Am Anger', 'Schulstraße', 'Birkenweg', 'Mühlgasse'];
const towns = [
  ['04177', 'Leipzig'],
  ['28203', 'Bremen'],
  ['44135', 'Dortmund'],
  ['70178', 'Stuttgart'],
  ['90402', 'Nürnberg'],
] as const;

function oneOf<T>(list: readonly [T, ...T[]] | readonly T[]): T {
  const found = list[randomInt(list.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

const agoHoursMax = 60 * 24;
const agoHoursMin = 24;

/** A moment in the last two months: what was made in the same second as the list of canaries would tell itself. */
export function someTimeAgo(now: Temporal.Instant): Temporal.Instant {
  return now.subtract({ seconds: randomInt(agoHoursMin * 3_600, agoHoursMax * 3_600) });
}

/** Somebody who does not exist and ordered something once; nothing was ever sent to them. */
export function inventedOrder({ language, face }: Shop, email: string | null, placedAt: Temporal.Instant) {
  const [first, last] = [oneOf(given), oneOf(family)];
  const [postcode, city] = oneOf(towns);
  const domain = face.sender.address.split('@').at(-1) ?? 'localhost';
  const plain = `${first}.${last}`.toLowerCase();
  const customer = {
    id: String(randomInt(10_000, 1_000_000)),
    name: `${first} ${last}`,
    email: email ?? `${plain}${randomInt(10, 100)}@${domain}`,
    phone: `+49 1${randomInt(50, 80)} ${randomInt(1_000_000, 10_000_000)}`,
  };
  const number = String(randomInt(100_000, 10_000_000));
  const body = orderBody.parse({
    placed_at: placedAt.toString(),
    language,
    customer,
    address: { street: `${oneOf(streets)} ${randomInt(1, 90)}`, postcode, city, country: 'DE' },
    items: [
      {
        sku: String(randomInt(1_000, 10_000)),
        title: 'Gutschein',
        quantity: 1,
        price_minor: randomInt(10, 80) * 100,
        currency: 'EUR',
      },
    ],
    parcels: [],
    consents: [],
  });
  return { number, email: customer.email, body };
}

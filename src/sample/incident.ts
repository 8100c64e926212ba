import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Shop } from '#orders';
import type { BreachDesk, Canaries } from '#rights';

/** Something that happened in the sample shop and came to a good end, and a canary that nobody has used. */
export async function seedIncident(
  needs: {
    readonly database: Database;
    readonly clock: Clock;
    readonly breaches: Pick<BreachDesk, 'open' | 'step'>;
    readonly canaries: Pick<Canaries, 'plant'>;
  },
  shop: Shop,
): Promise<void> {
  const { database, clock, breaches, canaries } = needs;
  const { shopId } = shop;
  const now = clock.now();
  await canaries.plant(shop, { kind: 'person', email: null }, 'staff');
  const window = { from: now.subtract({ hours: 60 }), until: now.subtract({ hours: 12 }), awareAt: now };
  const suspicion = { suspect: 'backup', keyId: null, tables: [], keyring: 'safe' } as const;
  const found = 'Beim Inventar fehlte eine Platte mit der Sicherung vom Wochenende.';
  const caseId = await database.tx((tx) => breaches.open(tx, { ...suspicion, ...window, shopId, found }, 'staff'));
  const steps = [
    ['contained', 'Die Platte lag im Schrank nebenan. Der Schlüsselbund liegt nie auf Sicherungen.'],
    ['note', 'Kein Risiko: die Platte war nie außer Haus, und ohne Schlüsselbund ist sie unlesbar. Keine Meldung.'],
    ['closed', ''],
  ] as const;
  for (const [kind, words] of steps) await breaches.step(shopId, caseId, { kind, words }, 'staff');
}

import type { Queries, Tx } from '#kit/database';
import { newId, showId } from '#kit/ids';
import type { MailContent } from '#kit/mail-html';
import { formatMoment } from '#kit/words';
import type { Shop } from '#orders';
import { sayBreach, sayBreachCode } from '../breach/words.ts';
import type { CanaryNeeds, CanaryWay, Trap } from './canaries.ts';
import { statements } from './store.ts';

type Use = {
  readonly canaryId: string;
  readonly useId: string;
  readonly shopId: string;
  readonly way: CanaryWay;
  readonly usedAt: Temporal.Instant;
  readonly caseId: string;
};

export type Alarm = {
  /** Once an hour for each way; opens a case, or goes on with the one that this canary has open. */
  readonly raise: (trap: Trap, way: CanaryWay) => Promise<void>;
  /** Newest first. */
  readonly uses: (queries: Queries, shopId: string | null) => Promise<readonly Use[]>;
  /** Cases that canaries opened and nobody closed. */
  readonly openCases: (queries: Queries) => Promise<readonly string[]>;
};

const mailTask = 'rights.canary_mail';
const again = { hours: 1 };

const uses: Alarm['uses'] = (queries, shopId) => queries.rows<Use>(statements.uses, [shopId]);

export function createAlarm(needs: CanaryNeeds): Alarm {
  const { database, clock, jobs, log, desk } = needs;
  jobs.on(mailTask, (payload) => tellStaff(needs, payload));
  const openIn = async (queries: Queries): Promise<ReadonlySet<string>> =>
    new Set((await desk.openCases(queries, null)).map(({ caseId }) => caseId));
  return {
    uses,
    openCases: async (queries) => {
      const open = await openIn(queries);
      return [...new Set((await uses(queries, null)).map(({ caseId }) => caseId))].filter((caseId) => open.has(caseId));
    },
    raise: async (trap, way) => {
      const now = clock.now();
      await database.tx(async (tx) => {
        await tx.rows(statements.lockShop, [trap.shopId]);
        const before = await tx.rows<Pick<Use, 'way' | 'usedAt' | 'caseId'>>(statements.lastUses, [trap.canaryId]);
        const since = now.subtract(again);
        if (before.some((use) => use.way === way && Temporal.Instant.compare(use.usedAt, since) > 0)) return;
        const last = before[0]?.caseId ?? null;
        const caseId = last !== null && (await openIn(tx)).has(last) ? last : await openCase(needs, tx, trap, way, now);
        const useId = newId(clock);
        await tx.rows(statements.addUse, [trap.canaryId, useId, trap.shopId, way, now, caseId]);
        for (const place of needs.staff.keys()) {
          const payload = { canaryId: trap.canaryId, useId, place: String(place) };
          await jobs.add(tx, { task: mailTask, payload, key: `${mailTask}:${useId}:${place}`, dueAt: now });
        }
        tx.afterCommit(() =>
          log.warn('a canary was used', { canary: showId('cny', trap.canaryId), way, case: showId('brc', caseId) }),
        );
      });
    },
  };
}

/** The window reaches from when it was planted: before, nobody could have taken it. */
async function openCase(
  { orders, desk }: CanaryNeeds,
  tx: Tx,
  { shopId, plantedAt, planted }: Trap,
  way: CanaryWay,
  now: Temporal.Instant,
): Promise<string> {
  const shop = (await orders.shops(tx)).find((one) => one.shopId === shopId);
  const found = sayBreachCode(languageOf(shop), 'canary.found', way);
  const suspicion = {
    suspect: planted.kind === 'key' ? ('unknown' as const) : ('database' as const),
    keyId: null,
    tables: [],
    from: plantedAt,
    until: now,
    // What lay sealed was read: it may be the keyring, or a place where the text itself lay.
    keyring: 'unknown' as const,
  };
  return await desk.open(tx, { ...suspicion, shopId, awareAt: now, found }, 'canary');
}

function languageOf(shop: Shop | undefined): string {
  return shop?.language.startsWith('de') === true ? 'de' : 'en';
}

/** It throws while the mail server takes none, so that the job comes again under the same Message-ID. */
async function tellStaff(needs: CanaryNeeds, payload: Readonly<Record<string, string>>): Promise<void> {
  const { canaryId = '', useId = '', place = '' } = payload;
  const use = await needs.database.one<Omit<Use, 'canaryId' | 'useId'>>(statements.use, [canaryId, useId]);
  const address = needs.staff[Number(place)];
  const shop = (await needs.orders.shops(needs.database)).find((one) => one.shopId === use?.shopId);
  if (use === null || address === undefined || shop === undefined) return;
  const language = languageOf(shop);
  const answer = await needs.mail.toStaff(shop, {
    address,
    subject: sayBreach(language, 'canary.mail.subject', { shop: shop.name }),
    content: contentOf(shop, use, language, needs.pageOf(use.caseId)),
    id: `canary.${useId}.${place}`,
    sentAt: use.usedAt,
  });
  if ('no' in answer && !answer.permanent) throw new Error('a mail to staff was put off');
  if ('no' in answer) needs.log.warn('a mail to staff was refused', { place: Number(place) + 1 });
}

function contentOf(
  { name }: Shop,
  { way, usedAt }: Pick<Use, 'way' | 'usedAt'>,
  language: string,
  url: string,
): MailContent {
  const at = formatMoment(language, usedAt);
  return {
    language,
    preheader: sayBreachCode(language, 'canary.found', way),
    heading: sayBreach(language, 'canary.mail.heading'),
    blocks: [
      { kind: 'paragraph', text: sayBreachCode(language, 'canary.found', way), tone: 'attention' },
      { kind: 'paragraph', text: sayBreach(language, 'canary.mail.what', { at }), tone: 'plain' },
      { kind: 'button', label: sayBreach(language, 'canary.mail.button'), url },
    ],
    footer: [{ text: sayBreach(language, 'canary.mail.why', { shop: name }) }],
  };
}

import type { Tx } from '#kit/database';
import { showId } from '#kit/ids';
import type { MailContent } from '#kit/mail-html';
import { formatMoment } from '#kit/words';
import type { EvidenceNeeds } from '../needs.ts';
import { checkRow, type SealRow } from '../rows.ts';
import { isShown, type Check, type SealStanding } from '../standing.ts';
import { sealRow } from '../store.ts';
import { readingText, sayEvidence, sayReason } from '../words.ts';

/** Sends a mail to one place of the setting; the payload has no address. */
export const tellTask = 'evidence.tell';

const tellings = ['hidden', 'back', 'odd'] as const;
type Telling = (typeof tellings)[number];
type Told = 'shown' | 'hidden';

/**
 * What staff are to be told: that customers do not see a seal any more, that they see it again, that it was read very
 * differently. Who adds one sees the first answer on the screen. Pure.
 */
export function tellingOf(
  told: Told | null,
  standing: SealStanding,
  isOdd: boolean,
): { readonly told: Told | null; readonly tell: Telling | null } {
  if (standing.state === 'unchecked') return { told, tell: null };
  const now: Told = isShown(standing) ? 'shown' : 'hidden';
  if (told === null || told === now) return { told: now, tell: isOdd && now === 'shown' ? 'odd' : null };
  return { told: now, tell: now === 'hidden' ? 'hidden' : 'back' };
}

export async function tellStaff(
  { jobs, staff, log }: Pick<EvidenceNeeds, 'jobs' | 'staff' | 'log'>,
  tx: Tx,
  telling: { readonly sealId: string; readonly checkId: string; readonly kind: Telling },
): Promise<void> {
  const payloads = staff.map((_address, place) => ({ ...telling, place: `${place}` }));
  await jobs.add(tx, ...payloads.map((payload) => ({ task: tellTask, payload })));
  tx.afterCommit(() => log.warn('a seal changed', { seal: showId('sea', telling.sealId), told: telling.kind }));
}

/** It throws while the mail server takes none, so that the job comes again under the same Message-ID. */
export async function sendTelling(needs: EvidenceNeeds, payload: Readonly<Record<string, string>>): Promise<void> {
  const { place = '' } = payload;
  const address = needs.staff[Number(place)];
  const told = await readTelling(needs, payload);
  // The setting has become shorter, or the seal or its shop is gone.
  if (address === undefined || told === null) return;
  const { kind, shop, seal, check } = told;
  const answer = await needs.mail.toStaff(shop, {
    address,
    subject: sayEvidence(shop.language, `mail.subject.${kind}`, { name: seal.name }),
    content: contentOf(shop, seal, check, kind, new URL('/console/seals', needs.publicUrl).href),
    id: `evidence.${check.checkId}.${place}`,
    sentAt: check.at,
  });
  if (!('no' in answer)) return;
  if (!answer.permanent) throw new Error('a mail to staff was put off');
  needs.log.warn('a mail to staff was refused', { place: Number(place) + 1 });
}

async function readTelling({ database, orders }: EvidenceNeeds, payload: Readonly<Record<string, string>>) {
  const { sealId = '', checkId = '' } = payload;
  const kind = tellings.find((one) => one === payload['kind']);
  const seal = await sealRow<SealRow>(database, sealId);
  const check = await checkRow(database, sealId, checkId);
  const shop = (await orders.shops(database)).find((one) => one.shopId === seal?.shopId);
  return kind === undefined || seal === null || check === null || shop === undefined
    ? null
    : { kind, seal, check, shop };
}

function contentOf(
  { language, name: shopName }: { readonly language: string; readonly name: string },
  { name }: SealRow,
  check: Check,
  kind: Telling,
  url: string,
): MailContent {
  const heading = sayEvidence(language, `mail.heading.${kind}`, { name });
  const why = check.reason === null ? null : sayReason(language, check.reason);
  const read = check.reading === null ? null : readingText(language, check.reading);
  return {
    language,
    preheader: why ?? read ?? heading,
    heading,
    blocks: [
      { kind: 'paragraph', text: sayEvidence(language, `mail.what.${kind}`, { name }), tone: 'attention' },
      ...[why, read].flatMap((text) =>
        text === null || text === '' ? [] : [{ kind: 'paragraph', text, tone: 'plain' } as const],
      ),
      { kind: 'button', label: sayEvidence(language, 'mail.button'), url },
      {
        kind: 'facts',
        rows: [{ label: sayEvidence(language, 'mail.checked'), value: formatMoment(language, check.at) }],
      },
    ],
    footer: [{ text: sayEvidence(language, 'mail.why', { shop: shopName }) }],
  };
}

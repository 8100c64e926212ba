import type { Block, Fact, MailContent } from '#kit/mail-html';
import { showId } from '#kit/ids';
import { formatDay, formatDayTime } from '#kit/words';
import type { Shop } from '#orders';
import type { SiteFinding } from '#tls';
import type { ProtectionNeeds } from '../needs.ts';
import { statements } from '../store.ts';
import { sayProtection, saySiteFinding, type ProtectionWord } from '../words.ts';
import { contentShape, type MailContents } from './make-mail.ts';

type MailRow = {
  readonly siteId: string;
  readonly shopId: string | null;
  readonly madeAt: Temporal.Instant;
  readonly content: unknown;
};

/**
 * Sends one mail to one place of the setting, once as far as SMTP allows: the same Message-ID at every try, and none any
 * more when its outcome is written down. It throws while the mail server takes none, so that the job comes again.
 */
export async function sendMail(needs: ProtectionNeeds, payload: Readonly<Record<string, string>>): Promise<void> {
  const { mailId = '', place: placeText = '' } = payload;
  const place = Number(placeText);
  const { database, clock, log, staff } = needs;
  const row = await database.one<MailRow>(statements.mail, [mailId, place]);
  const address = staff[place];
  // It was sent before, its site is gone, or the setting has become shorter.
  if (row === null || address === undefined) return;
  const shop = await shopFor(needs, row.shopId);
  if (shop === null) return;
  const content = contentShape.parse(row.content);
  const answer = await needs.mail.toStaff(shop, {
    address,
    subject: subjectOf(shop.language, content),
    content: mailContent(shop, content, row.madeAt, pageOf(needs, row.siteId)),
    id: `protection.${mailId}.${place}`,
    sentAt: row.madeAt,
  });
  const isRefused = 'no' in answer;
  if (isRefused && !answer.permanent) throw new Error(`a mail to staff was put off: ${answer.answer}`);
  if (isRefused) log.warn('a mail to staff was refused', { place: place + 1, answer: answer.answer });
  await database.tx(async (tx) => {
    await tx.rows(statements.endMail, [mailId, place, isRefused ? 'refused' : 'sent', clock.now()]);
    if (!isRefused) await tx.rows(statements.mailSent, [mailId, clock.now()]);
  });
}

/** Own names are every shop's: the first real one writes. */
async function shopFor({ shops }: ProtectionNeeds, shopId: string | null): Promise<Shop | null> {
  const all = await shops();
  return (shopId === null ? all[0] : all.find((one) => one.shopId === shopId)) ?? null;
}

function pageOf({ publicUrl }: ProtectionNeeds, siteId: string): string {
  return new URL(`/console/protection/${showId('sit', siteId)}`, publicUrl).href;
}

/** What matters most in it: that all is well, what customers see or will see, and only then a letter. */
function gistOf({ kind, findings, fell }: MailContents): 'mended' | 'fell' | 'soon' | 'opened' {
  if (kind === 'mended') return 'mended';
  const serious = findings.filter((one) => one.severity === 'alarm' || one.visibleFrom !== null);
  if (serious.length === 0) return fell === null ? 'opened' : 'fell';
  return serious.every((one) => one.visibleFrom !== null) ? 'soon' : 'opened';
}

function subjectOf(language: string, content: MailContents): string {
  const { host, findings, more, fell } = content;
  const gist = gistOf(content);
  const [first] = findings.flatMap((one) => one.visibleFrom ?? []).toSorted();
  const date = first === undefined ? null : Temporal.Instant.from(first).toZonedDateTimeISO('UTC').toPlainDate();
  const day = date === null ? '' : formatDay(language, date, { weekday: false });
  const values = { host, count: findings.length + more, day, from: fell?.from ?? '', to: fell?.to ?? '' };
  return sayProtection(language, `mail.subject.${gist}`, values);
}

/** What the mail says, from what was decided; times in UTC, which a mail server's clock does not change. */
function mailContent(
  { language, name }: Pick<Shop, 'language' | 'name'>,
  content: MailContents,
  madeAt: Temporal.Instant,
  page: string,
): MailContent {
  const { host, fell, findings, more } = content;
  const say = (word: ProtectionWord, values = {}): string => sayProtection(language, word, values);
  const gist = gistOf(content);
  const isLed = gist === 'mended' || gist === 'fell';
  const lead = gist === 'mended' ? say('mail.mended') : say('mail.fell');
  return {
    language,
    preheader: findings[0] === undefined ? lead : textOf(language, findings[0]).what,
    heading: say(`mail.heading.${gist}`, { host, from: fell?.from ?? '', to: fell?.to ?? '' }),
    blocks: [
      ...(isLed ? [paragraph(lead)] : []),
      ...findings.flatMap((one) => blocksOf(language, one)),
      ...(more === 0 ? [] : [paragraph(say('mail.more', { count: more }))]),
      { kind: 'button', label: say('mail.button'), url: page },
      { kind: 'facts', rows: rowsOf(language, content, madeAt) },
    ],
    footer: [{ text: say('mail.why', { shop: name }) }],
  };
}

function rowsOf(language: string, { host, grade, fell }: MailContents, madeAt: Temporal.Instant): readonly Fact[] {
  return [
    { label: sayProtection(language, 'mail.label.host'), value: host },
    ...(grade === null
      ? []
      : [
          {
            label: sayProtection(language, 'mail.label.grade'),
            value: fell === null ? grade : sayProtection(language, 'mail.grade_fell', fell),
          },
        ]),
    { label: sayProtection(language, 'mail.label.looked'), value: momentText(language, madeAt) },
  ];
}

function blocksOf(language: string, finding: MailContents['findings'][number]): readonly Block[] {
  const { what, why, mend } = textOf(language, finding);
  const { visibleFrom } = finding;
  const at = visibleFrom === null ? null : momentText(language, Temporal.Instant.from(visibleFrom));
  return [
    { kind: 'heading', text: what },
    ...(at === null ? [] : [paragraph(sayProtection(language, 'mail.from', { at }), 'attention')]),
    ...(why === '' ? [] : [paragraph(why)]),
    ...(mend === '' ? [] : [paragraph(sayProtection(language, 'mail.mend', { mend }))]),
  ];
}

function textOf(language: string, finding: SiteFinding): { what: string; why: string; mend: string } {
  const known = saySiteFinding(language, finding);
  return known ?? { what: sayProtection(language, 'mail.unknown', { code: finding.code }), why: '', mend: '' };
}

function paragraph(text: string, tone: 'plain' | 'attention' = 'plain'): Block {
  return { kind: 'paragraph', text, tone };
}

function momentText(language: string, at: Temporal.Instant): string {
  return `${formatDayTime(language, at.toZonedDateTimeISO('UTC').toPlainDateTime())} UTC`;
}

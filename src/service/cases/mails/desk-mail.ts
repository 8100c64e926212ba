import type { Tx } from '#kit/database';
import type { MailAnswer } from '#kit/mail';
import type { Block, Fact, MailContent } from '#kit/mail-html';
import { createWords, formatDay } from '#kit/words';
import type { Shop, StoredOrder } from '#orders';
import { parcelTexts } from '#parcels';
import { sealed, type Privacy, type Sealed } from '#privacy';
import type { Case, CaseEntry, Forwarded } from '../case.ts';
import { slotWords } from './messages.ts';
import type { CasesNeeds } from '../needs.ts';
import { readCase, readEntries, recipientOf } from '../read.ts';
import { statements } from '../store.ts';
import { sayCase, sayCaseCode } from '../words.ts';

/** Brings a question to the shop's service address. */
export const deskTask = 'service.desk_mail';

const why = { purpose: 'support', reader: 'staff' } as const;
const zoneUsual = 'Europe/Berlin';
const parcelsShownMax = 5;
const parcelWords = createWords(parcelTexts);

type Ready = {
  readonly shop: Shop;
  readonly personId: string;
  readonly entryId: string;
  readonly address: string;
  readonly subject: string;
  readonly content: MailContent;
  readonly replyTo: { readonly name: string | null; readonly address: string };
};
type Prepared = Ready | { readonly outcome: Forwarded['outcome']; readonly shopId: string };

/**
 * Sends one question to the shop's service address; answers of staff to it go to the customer. What the mail server's
 * operator reads of it is disclosed before it goes, and a mail of which a part is withheld does not go: the question stands in
 * the console in any case. Sent again after a crash it has the same Message-ID.
 * @throws Fault('unavailable') while the mail server takes none, so that the job comes again
 */
export async function sendDeskMail(
  needs: CasesNeeds,
  of: { readonly personId: string; readonly entryId: string },
): Promise<void> {
  const prepared = await needs.database.tx((tx) => prepare(needs, tx, of));
  if (prepared === null) return;
  if ('outcome' in prepared) {
    await conclude(needs, of, prepared.shopId, { outcome: prepared.outcome, answer: '' });
    return;
  }
  const answer = await needs.mail.toStaff(prepared.shop, {
    ...prepared,
    id: `case-${of.entryId}`,
    sentAt: needs.clock.now(),
  });
  await conclude(needs, of, prepared.shop.shopId, endOf(answer));
}

/** @throws for a relay that asks to come again later */
function endOf(answer: MailAnswer): Pick<Forwarded, 'outcome' | 'answer'> {
  if ('accepted' in answer) return { outcome: 'sent', answer: '' };
  if (!answer.permanent) throw new Error(`a mail to the service address was put off: ${answer.answer}`);
  return { outcome: 'refused', answer: answer.answer.slice(0, 60) };
}

async function conclude(
  { database, clock }: CasesNeeds,
  { personId, entryId }: { readonly personId: string; readonly entryId: string },
  shopId: string,
  { outcome, answer }: Pick<Forwarded, 'outcome' | 'answer'>,
): Promise<void> {
  await database.tx(async (tx) => {
    // Erased in the meantime: then nothing is written of them any more.
    if ((await tx.one(statements.entry, [personId, entryId])) === null) return;
    await tx.rows(statements.forward, [personId, entryId, shopId, clock.now(), outcome, answer]);
  });
}

type Question = { readonly one: Case; readonly entry: CaseEntry; readonly shop: Shop };

/** Null when it went already, or when the person was erased. */
async function findQuestion(
  needs: CasesNeeds,
  tx: Tx,
  { personId, entryId }: { readonly personId: string; readonly entryId: string },
): Promise<Question | null> {
  const row = await tx.one<{ caseId: string }>(statements.entry, [personId, entryId]);
  if (row === null || (await tx.one(statements.isForwarded, [personId, entryId])) !== null) return null;
  const one = await readCase(needs, tx, { personId, caseId: row.caseId });
  const shop = (await needs.orders.shops(tx)).find(({ shopId }) => shopId === one?.shopId);
  if (one === null || shop === undefined) return null;
  const entry = (await readEntries(needs, tx, one)).find((each) => each.entryId === entryId);
  return entry === undefined ? null : { one, entry, shop };
}

/** Null when there is nothing to send any more. */
async function prepare(
  needs: CasesNeeds,
  tx: Tx,
  of: { readonly personId: string; readonly entryId: string },
): Promise<Prepared | null> {
  const found = await findQuestion(needs, tx, of);
  if (found === null) return null;
  const { one, entry, shop } = found;
  const { shopId } = shop;
  const address = await needs.serviceAddressOf(tx, shop);
  if (address === null) return { outcome: 'no address', shopId };
  const to = await recipientOf(needs, tx, one);
  if (entry.words === null || to === null) return { outcome: 'withheld', shopId };
  const order = one.orderId === null ? null : await needs.orders.read(tx, of.personId, one.orderId);
  const zone = (await needs.hoursOf(tx, shop))?.zone ?? zoneUsual;
  const asked = { shop, zone, one, entry, order, parcels: await parcelLines(needs, tx, { shop, zone, order }) };
  if (!(await mayGo(needs, tx, asked, { ...to, words: entry.words }))) return { outcome: 'withheld', shopId };
  const { privacy } = needs;
  return {
    shop,
    address,
    ...of,
    subject: subjectOf(privacy, asked),
    content: contentOf(needs, asked),
    replyTo: {
      name: to.name === null ? null : privacy.open(to.name, why),
      address: privacy.open(to.email, why),
    },
  };
}

type Asked = {
  readonly shop: Shop;
  /** Of the shop: times are said as its people's clock shows them, and as the copy says them. */
  readonly zone: string;
  readonly one: Case;
  readonly entry: CaseEntry;
  readonly order: StoredOrder | null;
  readonly parcels: readonly string[];
};

/** Whoever runs the mail server reads it. */
async function mayGo(
  needs: CasesNeeds,
  tx: Tx,
  { shop, one, order, parcels }: Asked,
  said: {
    readonly email: Sealed<'email'>;
    readonly name: Sealed<'name'> | null;
    readonly words: Sealed<'message'>;
  },
): Promise<boolean> {
  const operator = needs.mail.operatorOf(shop);
  if (operator === null) return true;
  const number = order?.number ?? one.orderSaid;
  const disclosed = await needs.privacy.disclose(tx, {
    shopId: shop.shopId,
    personId: one.personId,
    parcelId: null,
    recipient: { kind: 'mail_relay', name: operator },
    service: 'mail',
    purpose: 'answering a request',
    values: {
      email: said.email,
      message: said.words,
      ...(said.name === null ? {} : { name: said.name }),
      ...(number === null ? {} : { order_number: number }),
      ...(parcels.length === 0 ? {} : { scan: sealed('scan', parcels.join('\n')) }),
    },
  });
  return Object.keys(disclosed.withheld).length === 0;
}

async function parcelLines(
  needs: CasesNeeds,
  tx: Tx,
  { shop: { language }, zone, order }: Pick<Asked, 'shop' | 'zone' | 'order'>,
): Promise<readonly string[]> {
  if (order === null) return [];
  const parcels = await needs.parcels.read(tx, order.parcelIds.slice(0, parcelsShownMax));
  return parcels.map(({ milestone, lastSignAt }) => {
    const word = parcelWords.say(language, `milestone.${milestone}`);
    if (lastSignAt === null) return sayCase(language, 'desk.parcel.none', { milestone: word });
    const day = formatDay(language, lastSignAt.toZonedDateTimeISO(zone).toPlainDate(), { weekday: true });
    return sayCase(language, 'desk.parcel.last', { milestone: word, day });
  });
}

function subjectOf(privacy: Pick<Privacy, 'open'>, { shop, one, order }: Asked): string {
  return sayCase(shop.language, 'desk.subject', {
    number: one.number,
    topic: sayCaseCode(shop.language, 'topic', one.topic),
    order: order === null ? 'none' : privacy.open(order.number, why),
  });
}

function contentOf(needs: CasesNeeds, asked: Asked): MailContent {
  const { shop, one, entry } = asked;
  const { language } = shop;
  const text = entry.words === null ? '' : needs.privacy.open(entry.words, why);
  const elsewhere: readonly Block[] =
    one.email === null ? [] : [{ kind: 'paragraph', text: sayCase(language, 'desk.elsewhere'), tone: 'attention' }];
  return {
    language,
    preheader: text.slice(0, 140).replaceAll(/\s+/gu, ' '),
    heading: sayCase(language, 'desk.heading'),
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'rule' },
      { kind: 'facts', rows: factsOf(needs, asked) },
      ...elsewhere,
      { kind: 'paragraph', text: sayCase(language, 'desk.reply'), tone: 'muted' },
      { kind: 'button', label: sayCase(language, 'desk.open'), url: needs.caseUrlOf(one.number) },
    ],
    footer: [{ text: sayCase(language, 'desk.why', { shop: shop.name }) }],
  };
}

function factsOf({ privacy }: CasesNeeds, { shop, zone, one, order, parcels }: Asked): readonly Fact[] {
  const { language } = shop;
  const { callBack, orderSaid } = one;
  const fact = (word: Parameters<typeof sayCase>[1], value: string): Fact => ({
    label: sayCase(language, word),
    value,
  });
  const slot =
    callBack === null ? null : slotWords(language, zone, callBack.startsAt.toString(), callBack.endsAt.toString());
  return [
    fact('desk.number', one.number),
    fact('desk.topic', sayCaseCode(language, 'topic', one.topic)),
    ...(order === null ? [] : [fact('desk.order', privacy.open(order.number, why))]),
    ...(orderSaid === null ? [] : [fact('desk.order_said', privacy.open(orderSaid, why))]),
    ...parcels.map((line) => fact('desk.parcel', line)),
    ...(slot === null ? [] : [fact('desk.call', sayCase(language, 'desk.call.slot', slot))]),
  ];
}

import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Orders, Shop } from '#orders';
import { sealed } from '#privacy';
import type { Service, Topic } from '#service';

type Needs = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'find'>;
  readonly service: Pick<Service, 'cases'>;
};

/** What a customer of the pottery wrote, and what its people did about it. */
type Question = {
  /** Hours before the program starts. */
  readonly hoursAgo: number;
  readonly topic: Topic;
  readonly text: string;
  /** Null: still waiting. */
  readonly answer: { readonly afterHours: number; readonly text: string } | null;
  /** Behind the link of an order, or from the form for everybody under this address. */
  readonly from: 'link' | { readonly email: string; readonly name: string };
  readonly call?: string;
  readonly isClosed?: true;
};

const thanks = 'Gern geschehen. Ihr Nordlicht-Team';
const answered = (hoursAgo: number, afterHours: number, topic: Topic, text: string, answer: string): Question => ({
  hoursAgo,
  topic,
  text,
  from: 'link',
  isClosed: true,
  answer: { afterHours, text: `${answer}\n\n${thanks}` },
});

const questions: readonly Question[] = [
  answered(219, 3, 'product', 'Ist die Glasur der Tassen spülmaschinenfest?', 'Ja, alle Glasuren sind es.'),
  answered(213, 20, 'delivery', 'Kann das Paket auch samstags kommen?', 'Ja, wenn die Zustellung es so plant.'),
  answered(207, 2, 'invoice', 'Bitte die Rechnung noch einmal als PDF.', 'Sie hängt an unserer Mail von gestern.'),
  answered(
    201,
    5,
    'order',
    'Ich habe zweimal dieselbe Schale bestellt. Versehen!',
    'Die zweite haben wir herausgenommen.',
  ),
  answered(198, 26, 'return', 'Die Kanne ist mir zu klein. Darf ich sie tauschen?', 'Gern; ein Etikett liegt bei.'),
  answered(172, 4, 'product', 'Gibt es den Krug auch in Blau?', 'Ab Januar wieder.'),
  answered(150, 1, 'delivery', 'Bitte beim Nachbarn abgeben, wenn niemand da ist.', 'Das steht jetzt auf dem Paket.'),
  answered(126, 3, 'order', 'Packen Sie auch als Geschenk ein?', 'Ja, mit Leinenband und Karte.'),
  answered(99, 6, 'other', 'Darf ich die Werkstatt besuchen?', 'Donnerstags bis sieben, einfach klingeln.'),
  answered(75, 2, 'invoice', 'Auf der Rechnung fehlt die Firma.', 'Die neue ist unterwegs.'),
  {
    hoursAgo: 52,
    topic: 'damage',
    from: 'link',
    text: 'Eine der Tassen kam mit einem Sprung im Henkel an. Was soll ich tun? Fotos schicke ich gern per Mail.',
    answer: {
      afterHours: 3,
      text: 'Das tut uns leid. Eine neue Tasse ist gepackt und geht morgen raus; die alte behalten Sie einfach.',
    },
  },
  {
    hoursAgo: 30,
    topic: 'delivery',
    from: 'link',
    text: 'Seit drei Tagen steht das Paket im selben Zentrum. Ist es verloren?\n\nIch brauche es bis Freitag.',
    answer: null,
  },
  {
    hoursAgo: 20,
    topic: 'product',
    from: { email: 'noa.levi@post.example', name: 'נועה לוי' },
    text: 'שלום, האם אתם שולחים גם לווינה? תודה!',
    answer: null,
  },
  {
    hoursAgo: 9,
    topic: 'return',
    from: 'link',
    call: '+49 40 66969 142',
    text: 'Das Rücksendeetikett lässt sich nicht drucken. Können Sie mich kurz anrufen?',
    answer: null,
  },
  {
    hoursAgo: 3,
    topic: 'other',
    from: { email: 'eike.petersen@post.example', name: 'Eike Petersen' },
    text: 'Guten Tag, wir richten ein Café ein und brauchen etwa 120 Tassen. Mit wem kann ich darüber sprechen?',
    answer: null,
    call: '+49 30 23125 177',
  },
];

const triesMax = 12;
const zone = 'Europe/Berlin';

/** The pottery's people answer when they are there. */
function atWork(at: Temporal.Instant): Temporal.Instant {
  const local = at.toZonedDateTimeISO(zone);
  if (local.dayOfWeek < 7 && local.hour >= 9 && local.hour < 17) return at;
  const days = local.hour < 9 && local.dayOfWeek < 7 ? 0 : local.dayOfWeek === 6 ? 2 : 1;
  return local.add({ days }).withPlainTime({ hour: 9, minute: 20 }).toInstant();
}

type Event = { readonly at: Temporal.Instant; readonly act: () => Promise<void> };

/** What customers ask in the sample shop's past; run whenever its clock has moved on. */
export function sampleQuestions(
  needs: Needs,
  shop: Shop,
  orders: readonly { readonly number: string; readonly placedAt: Temporal.Instant }[],
  until: Temporal.Instant,
): { readonly nextAt: () => Temporal.Instant | null; readonly runDue: () => Promise<void> } {
  const numbers = new Map<Question, string>();
  const eventsOf = (question: Question, place: number): readonly Event[] => {
    const askedAt = until.subtract({ hours: question.hoursAgo });
    const { answer } = question;
    const ask = async (): Promise<void> => {
      const number = await askOne(needs, shop, question, { orders, place });
      if (number !== null) numbers.set(question, number);
    };
    if (answer === null) return [{ at: askedAt, act: ask }];
    const reply = (): Promise<void> => answerOne(needs, shop, question, numbers.get(question) ?? null);
    return [
      { at: askedAt, act: ask },
      { at: atWork(askedAt.add({ hours: answer.afterHours })), act: reply },
    ];
  };
  let events: readonly Event[] = questions.flatMap(eventsOf).toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  return {
    nextAt: () => events[0]?.at ?? null,
    runDue: async () => {
      const now = needs.clock.now();
      const due = events.filter(({ at }) => Temporal.Instant.compare(at, now) <= 0);
      events = events.slice(due.length);
      for (const { act } of due) await act();
    },
  };
}

type Asked = {
  readonly orders: readonly { readonly number: string; readonly placedAt: Temporal.Instant }[];
  readonly place: number;
};

async function askOne(needs: Needs, shop: Shop, question: Question, asked: Asked): Promise<string | null> {
  const { database, service } = needs;
  const { shopId } = shop;
  const { from, topic, text, call } = question;
  const order = from === 'link' ? await orderFor(needs, shopId, asked) : null;
  if (from === 'link' && order === null) return null;
  const { slots } = await service.cases.slots(database, shopId);
  const [slot] = slots;
  const writer =
    from === 'link'
      ? { personId: order?.personId ?? '', orderId: order?.orderId ?? '', email: null }
      : { email: sealed('email', from.email), name: sealed('name', from.name), orderNumber: null };
  const written = await database.tx((tx) =>
    service.cases.write(tx, {
      shopId,
      topic,
      language: shop.language,
      from: writer,
      once: null,
      text: sealed('message', text),
      callBack:
        call === undefined || slot === undefined ? null : { startsAt: slot.startsAt, phone: sealed('phone', call) },
    }),
  );
  return 'no' in written ? null : written.number;
}

/** One of the orders that were there by then and whose buyer gets mails, another for each question. */
async function orderFor({ database, orders, clock }: Needs, shopId: string, asked: Asked) {
  const now = clock.now();
  const there = asked.orders.filter(({ placedAt }) => Temporal.Instant.compare(placedAt, now) < 0);
  for (let turn = 0; turn < Math.min(triesMax, there.length); turn += 1) {
    const chosen = there[(asked.place * 7 + turn) % there.length];
    const found = chosen === undefined ? null : await orders.find(database, shopId, chosen.number);
    if (found !== null && found.buyer.email !== null) return found;
  }
  return null;
}

async function answerOne(
  { service }: Needs,
  { shopId }: Shop,
  { answer, isClosed }: Question,
  number: string | null,
): Promise<void> {
  if (number === null || answer === null) return;
  const act = { shopId, number, actor: 'staff' };
  await service.cases.answer(act, answer.text);
  if (isClosed === true) await service.cases.close(act);
}

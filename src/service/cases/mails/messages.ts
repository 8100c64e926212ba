import type { MessageKind, Notices } from '#notices';
import { formatDay, formatTime, spokenFor } from '#kit/words';
import { sayCase, sayWait } from '../words.ts';

export const copyMessage = 'contact copy';
export const answerMessage = 'contact answer';

type Told = Parameters<MessageKind['compose']>[0];
type Text = ReturnType<MessageKind['compose']>;

const dayMinutes = 24 * 60;
const spoken: ReadonlySet<string> = new Set(['en', 'de']);

/** What customers are told about what they wrote. */
export function registerCaseMessages(notices: Pick<Notices, 'register'>): void {
  notices.register(copyMessage, { minutesMax: 3 * dayMinutes, why: 'wrote', compose: copyText });
  notices.register(answerMessage, {
    minutesMax: 3 * dayMinutes,
    why: 'wrote',
    compose: answerText,
    follows: ({ copy = '' }) => (copy === '' ? [] : [copy]),
  });
}

function copyText({ shop, language: asked, values }: Told): Text {
  const language = spokenFor(asked, spoken);
  const { number = '', text = '', median, p90, from, until, zone = 'UTC' } = values;
  const named = { number, shop: shop.name };
  const lead = sayCase(language, 'copy.text', named);
  return {
    subject: sayCase(language, 'copy.subject', named),
    preheader: lead,
    heading: sayCase(language, 'copy.heading'),
    blocks: [
      { kind: 'paragraph', text: lead },
      ...timeOf(language, median, p90),
      ...callOf(language, zone, from, until),
      { kind: 'heading', text: sayCase(language, 'copy.wrote') },
      { kind: 'paragraph', text },
      { kind: 'rule' },
      { kind: 'paragraph', text: sayCase(language, 'copy.pictures'), tone: 'muted' },
      { kind: 'paragraph', text: sayCase(language, 'copy.not_you'), tone: 'muted' },
    ],
  };
}

function timeOf(language: string, median: string | undefined, p90: string | undefined): Text['blocks'] {
  if (median === undefined || p90 === undefined) return [];
  const times = { median: sayWait(language, Number(median)), p90: sayWait(language, Number(p90)) };
  return [{ kind: 'paragraph', text: sayCase(language, 'copy.time', times) }];
}

function callOf(language: string, zone: string, from: string | undefined, until: string | undefined): Text['blocks'] {
  if (from === undefined || until === undefined) return [];
  const text = sayCase(language, 'copy.call', slotWords(language, zone, from, until));
  return [{ kind: 'paragraph', text, tone: 'attention' }];
}

/** Day and times of a slot as the shop's clock shows them. */
export function slotWords(
  language: string,
  zone: string,
  from: string,
  until: string,
): { readonly day: string; readonly from: string; readonly until: string } {
  const [start, end] = [from, until].map((text) => Temporal.Instant.from(text).toZonedDateTimeISO(zone));
  if (start === undefined || end === undefined) return { day: '', from: '', until: '' };
  return {
    day: formatDay(language, start.toPlainDate(), { weekday: true }),
    from: formatTime(language, start.toPlainTime()),
    until: formatTime(language, end.toPlainTime()),
  };
}

function answerText({ shop, language: asked, values }: Told): Text {
  const language = spokenFor(asked, spoken);
  const { number = '', text = '', quote = '', day = '' } = values;
  const named = { number, shop: shop.name };
  return {
    subject: sayCase(language, 'answer.subject', named),
    preheader: text.slice(0, 140).replaceAll(/\s+/gu, ' '),
    heading: sayCase(language, 'answer.heading', named),
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'rule' },
      ...(quote === ''
        ? []
        : ([
            { kind: 'paragraph', text: `${sayCase(language, 'answer.quote', { day })}:\n${quote}`, tone: 'muted' },
          ] as const)),
      { kind: 'paragraph', text: sayCase(language, 'answer.more'), tone: 'muted' },
    ],
  };
}

import { createWords } from '#kit/words';
import type { MessageKind, Notices } from '#notices';
import { customerTexts, type TrackingWord } from '../words.ts';
import { codeMinutes } from './step-up/limits.ts';

/** What happened on the page that its person is told by mail. */
export const doneWords = [
  'restrict_on',
  'restrict_off',
  'object_on',
  'object_off',
  'correct',
  'email',
  'download',
] as const;
export type DoneWord = (typeof doneWords)[number];

export const codeMessage = 'data code';
export const addressMessage = 'data address';
export const consentMessage = 'consent receipt';
export const doneMessage = 'data done';
export const erasedMessage = 'data erased';

const words = createWords(customerTexts);
const dayMinutes = 24 * 60;

type Told = Parameters<MessageKind['compose']>[0];
type Text = ReturnType<MessageKind['compose']>;

/** The mails of this page, in the words of the customers' pages. */
export function registerMessages(notices: Pick<Notices, 'register'>): void {
  notices.register(codeMessage, { minutesMax: codeMinutes, compose: codeText });
  notices.register(addressMessage, { minutesMax: 2 * dayMinutes, compose: addressText });
  notices.register(consentMessage, { minutesMax: 2 * dayMinutes, compose: consentText });
  notices.register(doneMessage, { minutesMax: 2 * dayMinutes, compose: doneText });
  notices.register(erasedMessage, { minutesMax: 2 * dayMinutes, outlivesPerson: true, compose: erasedText });
}

function sayFor({ language, shop }: Told) {
  return (key: TrackingWord, values: Readonly<Record<string, string>> = {}): string =>
    words.say(language, key, { shop: shop.name, ...values });
}

function codeText(told: Told): Text {
  const say = sayFor(told);
  const { code = '' } = told.values;
  const text = say('data.mail.code.text', { minutes: String(codeMinutes) });
  return {
    subject: say('data.mail.code.subject'),
    preheader: text,
    heading: say('data.mail.code.heading', { code }),
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'paragraph', text: say('data.mail.code.not_you'), tone: 'attention' },
    ],
  };
}

function addressText(told: Told): Text {
  const say = sayFor(told);
  const { url = '' } = told.values;
  const text = say('data.mail.address.text');
  return {
    subject: say('data.mail.address.subject'),
    preheader: text,
    heading: say('data.mail.address.heading'),
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'button', label: say('data.mail.address.button'), url },
      { kind: 'paragraph', text: say('data.mail.address.not_you'), tone: 'attention' },
    ],
  };
}

function consentText(told: Told): Text {
  const say = sayFor(told);
  const { receipts = '', count = '1', url = '' } = told.values;
  const text = say('data.mail.consent.text', { count });
  return {
    subject: say('data.mail.consent.subject'),
    preheader: text,
    heading: say('data.mail.consent.subject'),
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'button', label: say('data.mail.consent.button'), url },
      { kind: 'paragraph', text: say('data.mail.consent.receipt') },
      { kind: 'paragraph', text: receipts, tone: 'muted' },
    ],
  };
}

function doneText(told: Told): Text {
  const say = sayFor(told);
  const { when = '' } = told.values;
  const done = doneWords.find((word) => word === told.values['what']) ?? 'correct';
  const what = say(`data.mail.what.${done}`);
  const text = say('data.mail.done.text', { when });
  return {
    subject: say('data.mail.done.subject', { what }),
    preheader: text,
    heading: say('data.mail.done.subject', { what }),
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'paragraph', text: say('data.mail.done.not_you'), tone: 'attention' },
    ],
  };
}

function erasedText(told: Told): Text {
  const say = sayFor(told);
  const { receipt = '' } = told.values;
  const text = say('data.mail.erased.text');
  return {
    subject: say('data.mail.erased.subject'),
    preheader: text,
    heading: say('data.erased.title'),
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'paragraph', text: say('data.mail.erased.hold') },
      { kind: 'paragraph', text: say('data.mail.erased.receipt') },
      { kind: 'paragraph', text: receipt, tone: 'muted' },
    ],
  };
}

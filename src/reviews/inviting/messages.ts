import type { MessageKind } from '#notices';
import { sayReview, type ReviewWord } from '../words.ts';

export const invitationMessage = 'review invitation';
export const withheldMessage = 'review withheld';
export const answeredMessage = 'review answered';

type Compose = MessageKind['compose'];

function spoken(language: string): string {
  return language.toLowerCase().startsWith('de') ? language : 'en';
}

const invitation: Compose = ({ shop, language, values }) => {
  const say = (word: ReviewWord): string =>
    sayReview(spoken(language), word, { shop: shop.name, days: Number(values['days'] ?? '0') });
  return {
    subject: say('mail.invite.subject'),
    preheader: say('mail.invite.preheader'),
    heading: say('mail.invite.heading'),
    blocks: [
      { kind: 'paragraph', text: say(values['heard'] === 'no' ? 'mail.invite.unheard' : 'mail.invite.text') },
      { kind: 'button', label: say('mail.invite.button'), url: values['url'] ?? '' },
      { kind: 'paragraph', text: say('mail.invite.checked') },
      { kind: 'paragraph', text: say('mail.invite.once') },
    ],
  };
};

const withheld: Compose = ({ shop, language, values }) => {
  const say = (word: ReviewWord, more: Readonly<Record<string, string>> = {}): string =>
    sayReview(spoken(language), word, { shop: shop.name, ...more });
  const { reason = 'unlawful', note = '', url = '' } = values;
  return {
    subject: say('mail.withheld.subject'),
    preheader: say('mail.withheld.preheader'),
    heading: say('mail.withheld.heading'),
    blocks: [
      { kind: 'paragraph', text: say('mail.withheld.text', { reason: sayReason(spoken(language), reason) }) },
      ...(note === '' ? [] : [{ kind: 'paragraph', text: say('mail.withheld.note', { note }) } as const]),
      { kind: 'paragraph', text: say('mail.withheld.counted') },
      ...(url === '' ? [] : [{ kind: 'button', label: say('mail.withheld.button'), url } as const]),
    ],
  };
};

const answered: Compose = ({ shop, language, values }) => {
  const say = (word: ReviewWord): string => sayReview(spoken(language), word, { shop: shop.name });
  return {
    subject: say('mail.answered.subject'),
    preheader: say('mail.answered.preheader'),
    heading: say('mail.answered.heading'),
    blocks: [
      { kind: 'paragraph', text: say('mail.answered.text') },
      { kind: 'paragraph', text: values['answer'] ?? '' },
      // Mails that waited while this house was renewed have no address.
      ...(values['url'] === undefined
        ? []
        : [{ kind: 'button', label: say('mail.answered.button'), url: values['url'] } as const]),
    ],
  };
};

/** A reason as its author and everybody else reads it. */
export function sayReason(language: string, reason: string): string {
  const word = `reason.${reason.replaceAll(' ', '_')}`;
  return isWord(word) ? sayReview(language, word) : reason;
}

const reasonWords: readonly string[] = [
  'reason.unlawful',
  'reason.personal_data',
  'reason.off_topic',
  'reason.advertising',
  'reason.insult',
  'reason.not_the_buyer',
  'reason.author_asked',
] satisfies readonly ReviewWord[];

function isWord(word: string): word is ReviewWord {
  return reasonWords.includes(word);
}

/** The messages of this folder, for `notices.register`. */
export const reviewMessages: readonly (readonly [name: string, kind: MessageKind])[] = [
  [invitationMessage, { minutesMax: 3 * 24 * 60, compose: invitation, purpose: 'review invitation', group: 'reviews' }],
  [withheldMessage, { minutesMax: 7 * 24 * 60, compose: withheld }],
  [answeredMessage, { minutesMax: 7 * 24 * 60, compose: answered }],
];

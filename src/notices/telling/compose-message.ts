import type { Mail } from '#kit/mail';
import { renderHtml, renderText } from '#kit/mail-html';
import type { Shop } from '#orders';
import type { Privacy, Sealed, Why } from '#privacy';
import { paragraph } from '../compose.ts';
import { footerOf, greetingOf, themeOf } from '../frame.ts';
import { spokenLanguage, words, type Say } from '../words.ts';
import type { MessageKind, Values } from './kinds.ts';

export type MessageParts = {
  readonly privacy: Pick<Privacy, 'open'>;
  readonly kind: MessageKind;
  readonly shop: Shop;
  readonly language: string;
  readonly email: Sealed<'email'>;
  readonly name: Sealed<'name'> | null;
  readonly values: Values;
  /** Where its reader leaves mails of its group; null where nobody can. */
  readonly unsubscribeUrl?: string | null;
  /** The address that customers reach this house by. */
  readonly publicUrl: string;
};

const why: Why = { purpose: 'notice', reader: 'shop' };
const subjectLengthMax = 100;

/** A message in the shop's voice, without what makes it a particular mail. */
export function composeMessage(parts: MessageParts): Omit<Mail, 'messageId' | 'references' | 'sentAt'> {
  const { privacy, kind, shop, values, email, publicUrl } = parts;
  const language = spokenLanguage(parts.language);
  const say: Say = (key, said) => words.say(language, key, said);
  const name = parts.name === null ? null : privacy.open(parts.name, why);
  const { subject, preheader, heading, blocks } = kind.compose({ shop, language, values });
  const content = {
    language,
    preheader,
    heading,
    blocks: [paragraph(greetingOf(say, name ?? '')), ...blocks],
    footer: footerOf({ say, url: publicUrl, language }, shop, parts.unsubscribeUrl ?? null, whyOf(kind)),
  };
  const { sender, contact } = shop.face;
  return {
    from: sender,
    to: { name, address: privacy.open(email, why) },
    ...(contact.email === null ? {} : { replyTo: { name: sender.name, address: contact.email } }),
    subject: subject.slice(0, subjectLengthMax),
    html: renderHtml(content, themeOf(shop)),
    text: renderText(content),
    headers: {},
    language,
  };
}

function whyOf({ group, why: reason }: MessageKind): Parameters<typeof footerOf>[3] {
  if (reason !== undefined) return `footer.${reason}`;
  return group === 'reviews' ? 'footer.reviews' : 'footer.asked';
}

import type { Mail } from '#kit/mail';
import { renderHtml, renderText, type MailContent } from '#kit/mail-html';
import type { Shop } from '#orders';

/** A mail to somebody of the shop's own people. One that holds somebody's data is disclosed by its caller before. */
export type StaffMail = {
  readonly address: string;
  readonly subject: string;
  readonly content: MailContent;
  /** The same for every try, so that a mail that arrives twice is known as one. */
  readonly id: string;
  readonly sentAt: Temporal.Instant;
  /** Whom an answer to it goes to; the shop's sender when it is missing. */
  readonly replyTo?: Mail['replyTo'];
};

/** From the shop's sender, in its colours. */
export function staffMail(
  { language, name, face }: Shop,
  { address, subject, content, id, sentAt, replyTo }: StaffMail,
): Mail {
  const { brand, onBrand, sender } = face;
  const greys = { ink: '#1d2529', paper: '#ffffff', muted: '#5a6870' };
  const theme = { brand, onBrand, ...greys, shopName: name, logoUrl: null };
  return {
    from: sender,
    to: { name: null, address },
    ...(replyTo === undefined ? {} : { replyTo }),
    subject,
    html: renderHtml(content, theme),
    text: renderText(content),
    messageId: `<${id}@${sender.address.split('@').at(-1) ?? 'localhost'}>`,
    references: [],
    headers: {},
    language,
    sentAt,
  };
}

import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import { Fault } from '#kit/fault';

export type MailAddress = { readonly name: string | null; readonly address: string };

/** One mail to one person. */
export type Mail = {
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly replyTo?: MailAddress;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** `<id@domain>`; the same for every attempt, so that a mail that arrives twice is known as one. */
  readonly messageId: string;
  /** Ids of earlier mails of the same conversation, oldest first. */
  readonly references: readonly string[];
  /** Headers beside the usual ones; recipients, dates and ids cannot be set here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly language: string;
  /** Product time; becomes the Date header. */
  readonly sentAt: Temporal.Instant;
};

export type Composed = {
  readonly envelope: { readonly from: string; readonly to: string };
  readonly raw: Buffer;
};

const nameLengthMax = 200;
const subjectLengthMax = 300;
const bodyBytesMax = 512 * 1024;
const referencesMax = 20;
const headersMax = 30;
const headerLengthMax = 2_000;
const addressBytesMax = 254;

/** What the composer writes itself; a caller that could set them could write a second recipient. */
const ownHeaders = new Set(
  `from sender to cc bcc reply-to subject date message-id in-reply-to references mime-version return-path received
   resent-from resent-to resent-cc resent-bcc auto-submitted x-auto-response-suppress content-language content-type
   content-transfer-encoding content-disposition`.split(/\s+/u),
);

/**
 * The bytes of a mail (RFC 5322, text and HTML as multipart/alternative, UTF-8 in quoted-printable). The same mail gives
 * the same bytes. Names and subject lose line ends and everything that forces a writing direction; anything else that
 * does not fit on its line is refused.
 * @returns null when nobody can be reached under the recipient's address
 * @throws Fault('invalid') for a sender, header, reference or size that must not go out
 */
export async function composeMail(mail: Mail): Promise<Composed | null> {
  const to = readAddress(mail.to.address);
  if (to === null) return null;
  const messageId = readMessageId(mail.messageId);
  const references = mail.references.slice(-referencesMax).map(readMessageId);
  const composer = new MailComposer({
    from: party(mail.from),
    to: { name: oneLine(mail.to.name ?? '', nameLengthMax), address: to },
    ...(mail.replyTo === undefined ? {} : { replyTo: party(mail.replyTo) }),
    subject: oneLine(mail.subject, subjectLengthMax),
    messageId,
    references,
    ...(references.length === 0 ? {} : { inReplyTo: references.at(-1) }),
    date: new Date(mail.sentAt.epochMilliseconds),
    text: body(mail.text),
    html: body(mail.html),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'OOF, AutoReply',
      'Content-Language': headerValue(mail.language),
      ...readHeaders(mail.headers),
    },
    encoding: 'quoted-printable',
    newline: 'win',
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composer.compile();
  return { envelope: { from: mailable(mail.from.address), to }, raw: await message.build() };
}

function party(who: MailAddress): { name: string; address: string } {
  return { name: oneLine(who.name ?? '', nameLengthMax), address: mailable(who.address) };
}

/** An address of our own: that it can be mailed is the shop's business, not a customer's. */
function mailable(address: string): string {
  const read = readAddress(address);
  if (read === null) throw new Fault('invalid', 'The mail address of the sender cannot be mailed.');
  return read;
}

const atoms = String.raw`[^\s\p{C}()<>[\]\\.,;:"@]+`;
const addressShape = new RegExp(String.raw`^(${atoms}(?:\.${atoms})*)@(${atoms}(?:\.${atoms})*)$`, 'u');

/** `anna@müller.example` → `anna@xn--mller-kva.example`; null when it is no address. A local part keeps its letters. */
export function readAddress(address: string): string | null {
  const [, local, domain] = addressShape.exec(address.trim()) ?? [];
  if (local === undefined || domain === undefined || local.startsWith('-')) return null;
  const host = domainToASCII(domain);
  const read = `${local}@${host}`;
  return host === '' || Buffer.byteLength(read) > addressBytesMax ? null : read;
}

function readMessageId(text: string): string {
  const [, id] = /^<?([^\s\p{C}<>@]+@[^\s\p{C}<>@]+)>?$/u.exec(text) ?? [];
  if (id === undefined || id.length > 250) throw new Fault('invalid', 'A mail has an id that is not one.');
  return `<${id}>`;
}

function readHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  if (entries.length > headersMax) throw new Fault('invalid', `A mail has at most ${headersMax} headers of its own.`);
  const read: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (!/^[a-z][a-z0-9-]{0,60}$/iu.test(name) || ownHeaders.has(name.toLowerCase())) {
      throw new Fault('invalid', 'A mail has a header that is not its to set.', { internal: 'header name refused' });
    }
    read[name] = headerValue(value);
  }
  return read;
}

function headerValue(value: string): string {
  if (value.length > headerLengthMax || /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)) {
    throw new Fault('invalid', 'A header of a mail does not fit on its line.');
  }
  return value;
}

function body(text: string): string {
  if (Buffer.byteLength(text) > bodyBytesMax) throw new Fault('invalid', 'A mail is larger than 512 KiB.');
  return text;
}

/** Line ends, other control characters and forced directions would let a name write headers or look like another. */
function oneLine(text: string, lengthMax: number): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u202A-\u202E]/gu, '')
    .trim();
  const characters = Array.from(line);
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : line;
}

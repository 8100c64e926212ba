import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { Fault } from '#kit/fault';
import { dkimHeaders, type DkimSigner, type HeaderField } from './dkim.ts';
import { foldedAt, mailbox, quotedPrintable, unstructured } from './encode.ts';

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
  /** Where the mail comes back to when it cannot be delivered; the sender's address when it is missing. */
  readonly returnPath?: string;
  /** Each signs the mail; the sender's address is of their domain. */
  readonly signers?: readonly DkimSigner[];
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
  const fields = fieldsOf(mail, to, messageId, references);
  const boundary = `--_${createHash('sha256').update(messageId).digest('hex').slice(0, 24)}`;
  fields.push(field('Content-Type', ['multipart/alternative;', `boundary="${boundary}"`]));
  const body = bodyOf(mail, boundary);
  const signatures = await dkimHeaders(
    fields,
    body,
    signersOf(mail),
    Math.floor(mail.sentAt.epochMilliseconds / 1_000),
  );
  const head = fields.map(({ line }) => `${line}\r\n`).join('');
  return {
    envelope: { from: mailable(mail.returnPath ?? mail.from.address), to },
    raw: Buffer.from(`${signatures}${head}\r\n${body}`),
  };
}

function fieldsOf(mail: Mail, to: string, messageId: string, references: readonly string[]): HeaderField[] {
  const replied = references.at(-1);
  const own = Object.entries({
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'OOF, AutoReply',
    'Content-Language': headerValue(mail.language),
    ...readHeaders(mail.headers),
  });
  return [
    ...own.map(([name, value]) => ({ name, line: unstructured(name, value) })),
    field('From', party(mail.from)),
    field('To', mailbox(oneLine(mail.to.name ?? '', nameLengthMax), to)),
    ...(mail.replyTo === undefined ? [] : [field('Reply-To', party(mail.replyTo))]),
    ...(replied === undefined ? [] : [field('In-Reply-To', [replied]), field('References', references)]),
    { name: 'Subject', line: unstructured('Subject', oneLine(mail.subject, subjectLengthMax)) },
    field('Message-ID', [messageId]),
    field('Date', [new Date(mail.sentAt.epochMilliseconds).toUTCString().replace('GMT', '+0000')]),
    field('MIME-Version', ['1.0']),
  ];
}

function field(name: string, words: readonly string[]): HeaderField {
  return { name, line: foldedAt(`${name}:`, words) };
}

/** The text twice; whoever can show HTML takes the last. */
function bodyOf(mail: Mail, boundary: string): string {
  const parts = [
    ['plain', mail.text],
    ['html', mail.html],
  ] as const;
  const shown = parts.map(
    ([type, text]) =>
      `--${boundary}\r\nContent-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(limited(text))}\r\n`,
  );
  return `${shown.join('')}--${boundary}--\r\n`;
}

/** @throws Fault('invalid') when a signer does not speak for the sender: such a signature helps nobody (DMARC, RFC 7489) */
function signersOf({ from, signers = [] }: Mail): readonly DkimSigner[] {
  const domain = mailable(from.address).split('@')[1] ?? '';
  if (signers.some((signer) => domain !== signer.domain && !domain.endsWith(`.${signer.domain}`))) {
    throw new Fault('invalid', 'The keys that sign this mail are not of its sender\u2019s domain.');
  }
  return signers;
}

function party(who: MailAddress): readonly string[] {
  return mailbox(oneLine(who.name ?? '', nameLengthMax), mailable(who.address));
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

function limited(text: string): string {
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

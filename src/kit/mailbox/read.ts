import PostalMime, { type Address, type Email } from 'postal-mime';
import type { SMTPServerEnvelope } from 'smtp-server';
import type { Clock } from '#kit/clock';
import { firstLines } from '#kit/mail';
import { newId } from '#kit/ids';

type Correspondent = { readonly name: string | null; readonly address: string };

export type CaughtMail = {
  /** A uuid; for the page that shows this mail. */
  readonly id: string;
  readonly from: Correspondent;
  /** Whom the envelope named, with the names the headers give them. */
  readonly to: readonly Correspondent[];
  readonly subject: string;
  /** Product time. */
  readonly receivedAt: Temporal.Instant;
  readonly html: string | null;
  readonly text: string | null;
  /** The mail as it came, headers and all. */
  readonly raw: Uint8Array;
  /** `<id@domain>`, null when the mail had none. */
  readonly messageId: string | null;
};

/** What is shown of a mail ends here; it is kept whole. */
const linesMax = 2_000;
const nestingMax = 20;
const headersBytesMax = 32 * 1024;

/** @throws Error when the bytes are nested or headed beyond all measure */
export async function readMail(
  raw: Uint8Array,
  envelope: Pick<SMTPServerEnvelope, 'mailFrom' | 'rcptTo'>,
  clock: Clock,
): Promise<CaughtMail> {
  const limits = { maxNestingDepth: nestingMax, maxHeadersSize: headersBytesMax };
  // What cannot be read is caught all the same: who sent it to whom, and as it came.
  const mail: Partial<Email> = await PostalMime.parse(firstLines(raw, linesMax), limits).catch(() => ({}));
  const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  const named = correspondents(mail.to);
  return {
    id: newId(clock),
    from: correspondents(mail.from === undefined ? [] : [mail.from])[0] ?? { name: null, address: sender },
    to: envelope.rcptTo.map(({ address }) => named.find((one) => one.address === address) ?? { name: null, address }),
    subject: mail.subject ?? '',
    receivedAt: clock.now(),
    html: mail.html ?? null,
    text: mail.text ?? null,
    raw,
    messageId: mail.messageId ?? null,
  };
}

function correspondents(addresses: readonly Address[] | undefined): readonly Correspondent[] {
  return (addresses ?? [])
    .flatMap((one) => one.group ?? [one])
    .map(({ name, address }) => ({ name: name === '' ? null : name, address }));
}

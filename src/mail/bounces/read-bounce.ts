import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { firstLines } from '#kit/mail';
import { fieldGroups, type FieldGroup } from './fields.ts';
import { readPlainReport } from './plain-report.ts';

/** What became of one recipient. `code` is the enhanced status (RFC 3463) or the SMTP code, '' when none was said. */
export type Returned = { readonly action: 'failed' | 'delayed' | 'other'; readonly code: string };

export type ReadBounce =
  | {
      readonly kind: 'bounce';
      /** Where the report was sent to: one of these is a return path of ours. */
      readonly to: readonly string[];
      /** The Message-ID of the mail that came back, without `<>`. */
      readonly messageId: string | null;
      readonly returned: readonly Returned[];
    }
  | { readonly kind: 'other'; readonly why: 'unreadable' | 'answered by a person or a robot' | 'no report' };

const bytesMax = 2 * 1024 * 1024;
/** A report says what happened before it quotes the mail. */
const linesMax = 2_000;
const partsMax = 50;
const recipientsMax = 100;

/**
 * Reads what came to a bounce address: a delivery status notification (RFC 3464), or the plain words of older servers.
 * Total: whatever comes in, it answers and never throws.
 */
export async function readBounce(raw: Uint8Array): Promise<ReadBounce> {
  if (raw.length === 0 || raw.length > bytesMax) return { kind: 'other', why: 'unreadable' };
  let mail: Email;
  try {
    mail = await PostalMime.parse(firstLines(raw, linesMax), { forceRfc822Attachments: true });
  } catch {
    return { kind: 'other', why: 'unreadable' };
  }
  const parts = mail.attachments.slice(0, partsMax);
  const status = parts.find(({ mimeType }) => /^message\/(?:global-)?delivery-status$/iu.test(mimeType));
  const returned = status === undefined ? plainlyReturned(mail) : reported(fieldGroups(textOf(status)));
  if (typeof returned === 'string') return { kind: 'other', why: returned };
  return { kind: 'bounce', to: recipientsOf(mail), messageId: originalId(mail, parts), returned };
}

/** RFC 3464 §2: the first group is about the report, each other about one recipient. */
function reported(groups: readonly FieldGroup[]): readonly Returned[] {
  const recipients = groups.filter((group) => group.has('final-recipient') || group.has('action'));
  return recipients.slice(0, recipientsMax).map((group) => {
    const [, enhanced = ''] = /\b([245]\.\d{1,3}\.\d{1,3})\b/u.exec(group.get('status') ?? '') ?? [];
    const said = codeIn(group.get('diagnostic-code') ?? '');
    const action = (group.get('action') ?? '').toLowerCase().trim();
    // Many servers say 5.0.0 and mean what stands in the answer they got.
    const code = /^$|^[45]\.0\.0$/u.test(enhanced) && said !== '' ? said : enhanced;
    return { action: action === 'failed' || action === 'delayed' ? action : 'other', code };
  });
}

function codeIn(text: string): string {
  return /\b[45]\.\d{1,3}\.\d{1,3}\b/u.exec(text)?.[0] ?? /(?:^|\D)([45][0-5]\d)(?=[\s-]|$)/u.exec(text)?.[1] ?? '';
}

/** A server that speaks in sentences. An answer of a person or an absence note is no bounce, whatever it says of itself. */
function plainlyReturned(mail: Email): readonly Returned[] | 'answered by a person or a robot' | 'no report' {
  const header = (name: string): string => mail.headers.find(({ key }) => key === name)?.value ?? '';
  const from = `${mail.from?.address ?? ''} ${header('return-path')}`;
  const isFromServer = /mailer-daemon|postmaster|mail delivery|<>/iu.test(`${from} ${mail.from?.name ?? ''}`);
  const failed = header('x-failed-recipients') !== '';
  if (!isFromServer && !failed) return 'answered by a person or a robot';
  return readPlainReport(mail.text ?? '', failed) ?? 'no report';
}

const recipientHeaders = new Set(['to', 'delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-rcpt-to']);

function recipientsOf(mail: Email): readonly string[] {
  const texts = mail.headers.filter(({ key }) => recipientHeaders.has(key)).map(({ value }) => value.slice(0, 2_000));
  return texts.flatMap((text) => text.match(/[^\s<>,;:"]+@[^\s<>,;:"]+/gu) ?? []).slice(0, recipientsMax);
}

function textOf(part: Attachment): string {
  const { content } = part;
  if (typeof content === 'string') return content;
  return Buffer.from(content instanceof Uint8Array ? content : new Uint8Array(content)).toString('utf8');
}

/** From the head of the mail that came back, as a part of the report or at the end of its words. */
function originalId(mail: Email, parts: readonly Attachment[]): string | null {
  const heads = parts.filter(({ mimeType }) =>
    /^(?:message\/rfc822|message\/global|text\/rfc822-headers)/iu.test(mimeType),
  );
  for (const text of [...heads.map(textOf), mail.text ?? '']) {
    const [, id] = /^message-id:\s*<([^<>\s]{3,250})>/imu.exec(text) ?? [];
    if (id !== undefined) return id;
  }
  return null;
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** A message that came in, with its body as it was sent. */
type Message = { readonly headers: Readonly<Record<string, string | undefined>>; readonly bytes: Uint8Array };

/** Who sent it, by a secret that both sides have. `id` is the sender's own: the same message again has the same one. */
export type Signed = { readonly id: string; readonly sentAt: Temporal.Instant };

const windowMinutes = 5;
const idCharactersMax = 256;
const signaturesMax = 20;
const secretsMax = 5;
const secretBytesMin = 24;
const secretBytesMax = 64;

/**
 * Proves a message as "Standard Webhooks" describes it: `webhook-id`, `webhook-timestamp` in seconds and
 * `webhook-signature`, a list of `v1,` and HMAC-SHA256 in base64 over `id.timestamp.body`, with spaces between. Several
 * secrets are right at a time, so that one can follow another without a lost message. A message of another time than ours
 * (five minutes to either side) is a replay; what is not signed is not told so.
 * @param secrets `whsec_` and 24 to 64 bytes in base64, five at the most; what is none proves nothing
 * @param name what the headers begin with, for senders that call them otherwise
 */
export function readSigned(
  message: Message,
  secrets: readonly string[],
  now: Temporal.Instant,
  name = 'webhook',
): Signed | { readonly no: 'signature' | 'replayed' } {
  const id = headerOf(message, `${name}-id`);
  const stamp = headerOf(message, `${name}-timestamp`);
  const shown = readSignatures(headerOf(message, `${name}-signature`));
  const content = Buffer.concat([Buffer.from(`${id}.${stamp}.`), message.bytes]);
  const isSigned = isSignedBy(content, secrets.slice(0, secretsMax), shown);
  const isWhole = id !== '' && id.length <= idCharactersMax && /^\d{1,11}$/.test(stamp);
  if (!isSigned || !isWhole) return { no: 'signature' };
  const sentAt = Temporal.Instant.fromEpochMilliseconds(Number(stamp) * 1_000);
  const minutesOff = Math.abs(now.since(sentAt).total('minutes'));
  return minutesOff <= windowMinutes ? { id, sentAt } : { no: 'replayed' };
}

/** Every secret is tried on every signature, whichever of them fits: the time taken tells none of them. */
function isSignedBy(content: Buffer, secrets: readonly string[], shown: readonly Buffer[]): boolean {
  let isRight = false;
  for (const secret of secrets) {
    const key = keyIn(secret);
    const right = createHmac('sha256', key ?? '')
      .update(content)
      .digest();
    for (const signature of shown) {
      const isSame = timingSafeEqual(right, signature);
      isRight = (isSame && key !== null) || isRight;
    }
  }
  return isRight;
}

function keyIn(secret: string): Buffer | null {
  const text = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret.trim())?.[1];
  const key = Buffer.from(text ?? '', 'base64');
  return key.length >= secretBytesMin && key.length <= secretBytesMax ? key : null;
}

/** Those of version 1; other versions may stand beside them. */
function readSignatures(header: string): readonly Buffer[] {
  return header
    .split(' ', signaturesMax)
    .map((part) => /^v1,([A-Za-z0-9+/]{43}=)$/.exec(part)?.[1])
    .flatMap((text) => (text === undefined ? [] : [Buffer.from(text, 'base64')]));
}

function headerOf({ headers }: Message, name: string): string {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1] ?? '';
}

import { Readable } from 'node:stream';
import type { Encrypter } from 'age-encryption';
import { Fault } from '#kit/fault';

/** Loaded when it is needed: few commands do. */
const age = () => import('age-encryption');

/** Recipients of the age format (C2SP, age.md): whoever has the identity opens the file, with the program `age` too. */
const recipientsMax = 20;

/** @throws Fault('invalid') for what is no recipient */
export async function readRecipients(texts: readonly string[]): Promise<readonly string[]> {
  if (texts.length > recipientsMax) throw new Fault('invalid', `At most ${recipientsMax} recipients.`);
  for (const text of texts) await encrypterTo([text]);
  return texts;
}

async function encrypterTo(recipients: readonly string[]): Promise<Encrypter> {
  const { Encrypter: AgeEncrypter } = await age();
  const encrypter = new AgeEncrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      const how = '`age-keygen` makes a pair; the recipient is its public key, age1…';
      throw new Fault('invalid', `"${recipient.slice(0, 80)}" is no recipient. ${how}`, { cause });
    }
  }
  return encrypter;
}

/** In memory bounded, however much it is. */
export async function sealTo(recipients: readonly string[], plain: Readable): Promise<Readable> {
  const encrypter = await encrypterTo(recipients);
  return Readable.from(await encrypter.encrypt(bytesOf(plain)));
}

/** @throws Fault('conflict') when none of the identities opens it; the stream fails where the file was changed or cut */
export async function openSealed(identities: readonly string[], sealed: Readable): Promise<Readable> {
  const { Decrypter } = await age();
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return Readable.from(await decrypter.decrypt(bytesOf(sealed)));
  } catch (cause) {
    sealed.destroy();
    throw new Fault('conflict', 'None of these identities opens it, or it was changed.', { cause });
  }
}

/** The lines of an identity file that `age-keygen` wrote. @throws Fault('invalid') when it holds none */
export function readIdentities(text: string): readonly string[] {
  const found = text.split(/\r?\n/).filter((line) => /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{20,4000}$/.test(line.trim()));
  if (found.length > 0) return found.map((line) => line.trim());
  throw new Fault('invalid', 'This file holds no age identity (AGE-SECRET-KEY-1…).');
}

/** The library takes web streams of plain byte arrays. */
function bytesOf(source: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = source.iterator();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(new Uint8Array(next.value));
      },
      cancel: async () => {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

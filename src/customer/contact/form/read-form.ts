import { hash } from 'node:crypto';
import { sealed } from '#privacy';
import {
  nameLengthMax,
  plainLine,
  plainText,
  readEmail,
  readPhone,
  textLengthMax,
  topics,
  type CaseInput,
  type Topic,
} from '#service';

/** What may stand in a form, as it was typed. */
export const writeFields = ['email', 'name', 'order', 'topic', 'text', 'slot', 'phone', 'once', 'case'] as const;
export type WriteField = (typeof writeFields)[number];
export type Typed = Readonly<Record<WriteField, string>>;

export type Wrong = Readonly<Partial<Record<'email' | 'topic' | 'text' | 'phone' | 'slot', WrongWord>>>;
export type WrongWord = 'email' | 'topic' | 'text' | 'long' | 'phone' | 'slot' | 'when';

export const nothingTyped: Typed = {
  email: '',
  name: '',
  order: '',
  topic: '',
  text: '',
  slot: '',
  phone: '',
  once: '',
  case: '',
};

/** A field that people do not see and programs fill in. */
export const trapField = 'website';

const typedMax: Typed | Readonly<Record<WriteField, number>> = {
  email: 400,
  name: nameLengthMax,
  order: 100,
  topic: 20,
  text: 12_000,
  slot: 40,
  phone: 60,
  once: 64,
  case: 40,
};

/** Null for a form that a program filled in. */
export function typedIn(form: URLSearchParams): Typed | null {
  if ((form.get(trapField) ?? '') !== '') return null;
  const typed = writeFields.map((field) => [field, (form.get(field) ?? '').slice(0, Number(typedMax[field]))]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries forgets the names it was given
  return Object.fromEntries(typed) as Typed;
}

/** What was written, sealed; `order` is a number that somebody typed in. */
export type Letter = Pick<CaseInput, 'text' | 'callBack' | 'once'> & {
  readonly email: CaseInput['from']['email'];
  readonly name: ReturnType<typeof sealed<'name'>> | null;
  readonly order: string | null;
  readonly topic: Topic;
};

/**
 * Reads a form; whoever is known need not say where to answer.
 * @param isGoing the topic is that of the case that it goes on with
 */
export function readForm(
  typed: Typed,
  { isKnown, isGoing }: { readonly isKnown: boolean; readonly isGoing: boolean },
): Letter | { readonly wrong: Wrong } {
  const text = plainText(typed.text);
  const email = readEmail(plainLine(typed.email));
  const topic = isGoing ? 'other' : topics.find((one) => one === typed.topic);
  const call = readCall(typed);
  const wrong: Wrong = {
    ...(email !== null || (isKnown && typed.email.trim() === '') ? {} : { email: 'email' }),
    ...wrongText(text),
    ...('wrong' in call ? call.wrong : {}),
  };
  if (topic === undefined) return { wrong: { ...wrong, topic: 'topic' } };
  if (Object.keys(wrong).length > 0) return { wrong };
  return {
    topic,
    text: sealed('message', text),
    email: email === null ? null : sealed('email', email),
    ...othersIn(typed),
    callBack: 'wrong' in call ? null : call.callBack,
  };
}

/**
 * What may stay empty; a secret of the form that is none counts as if there were none. Who goes back to a form that was sent
 * and changes what stands in it asks something else, by the same secret.
 */
function othersIn(typed: Typed): Pick<Letter, 'name' | 'order' | 'once'> {
  const [name, order] = [plainLine(typed.name), plainLine(typed.order)];
  return {
    name: name === '' ? null : sealed('name', name),
    order: order === '' ? null : order,
    once: /^[\w-]{16,64}$/.test(typed.once) ? hash('sha256', JSON.stringify(typed), 'base64url') : null,
  };
}

function wrongText(text: string): Wrong {
  if (text === '') return { text: 'text' };
  return text.length > textLengthMax ? { text: 'long' } : {};
}

function readCall({ slot, phone }: Typed): Pick<CaseInput, 'callBack'> | { readonly wrong: Wrong } {
  if (slot === '') return phone.trim() === '' ? { callBack: null } : { wrong: { slot: 'when' } };
  const number = readPhone(phone);
  const startsAt = instantIn(slot);
  if (number !== null && startsAt !== null) return { callBack: { startsAt, phone: sealed('phone', number) } };
  return { wrong: { ...(number === null ? { phone: 'phone' } : {}), ...(startsAt === null ? { slot: 'slot' } : {}) } };
}

function instantIn(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return null;
  }
}

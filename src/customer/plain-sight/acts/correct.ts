import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readCorrection } from '#orders';
import type { Sealed, Why } from '#privacy';
import type { Say } from '../../words.ts';
import { personOf, type DataNeeds, type Visit } from '../doors.ts';
import { labels, type ActView, type Typed } from '../pages/act-pages.tsx';
import { pathsOf, type Said } from '../present-data.ts';
import type { StepUp } from '../step-up/step-up.ts';
import { tellDone } from './tell-done.ts';

const why: Why = { purpose: 'rights of the person', reader: 'customer' };
const addressShape = z.looseObject({
  street: z.string().default(''),
  postcode: z.string().default(''),
  city: z.string().default(''),
  country: z.string().default(''),
});

type Form = Pick<URLSearchParams, 'get'>;
type Field = keyof Typed;
const addressFields = ['street', 'postcode', 'city', 'country'] as const satisfies readonly Field[];

/** What came of it: done, or the page again with what was typed in and why it cannot be used. */
export type CorrectedHere = { readonly said: Said } | { readonly again: ActView };

/**
 * Article 16. What was left as it is stays; a new e-mail address counts once it is confirmed there, and the known one hears
 * of it at once.
 */
export async function correct(
  needs: DataNeeds,
  stepUp: Pick<StepUp, 'mayAskAt'>,
  visit: Visit,
  { form, say }: { readonly form: Form; readonly say: Say },
): Promise<CorrectedHere> {
  const known = knownOf(needs, visit);
  const typed = typedOf(form);
  const body = changesOf(known, typed);
  if (Object.keys(body).length === 0) return { said: 'nothing' };
  const again = (said: string): CorrectedHere => ({ again: viewOf(visit, typed, said) });
  try {
    const correction = readCorrection(visit.here.orderId, body);
    return await needs.database.tx(async (tx) => {
      const { email } = correction;
      if (email !== null && !(await stepUp.mayAskAt(tx, visit.here, email))) return again(say('data.correct.often'));
      // The mail goes to the address that is known until now, whatever comes of the new one.
      await tellDone(needs, tx, visit, { what: email === null ? 'correct' : 'email', kind: 'rectification' });
      const person = { ...personOf(visit), orderId: visit.here.orderId };
      const done = await needs.rights.correct(tx, person, correction, 'customer');
      return { said: done.emailConfirmedUntil === null ? 'correct' : 'asked' };
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'invalid') return again(say('data.correct.wrong', { field: say(labels[wrongField(error)]) }));
    if (error.code === 'conflict') return again(say('data.address.taken'));
    if (error.code === 'unavailable') return again(say('data.busy'));
    throw error;
  }
}

export function correctView(needs: DataNeeds, visit: Visit, said: string | null): ActView {
  return viewOf(visit, knownOf(needs, visit), said);
}

function viewOf(visit: Visit, typed: Typed, said: string | null): ActView {
  const { shop, language, order } = visit;
  const hasReceiver = order.receiver !== null;
  return { act: 'correct', shop, language, path: pathsOf(visit).own, said, typed, hasReceiver };
}

function knownOf({ privacy }: DataNeeds, { order }: Visit): Typed {
  const open = (value: Sealed | null): string => (value === null ? '' : privacy.open(value, why));
  const { name, email, phone } = order.buyer;
  const address = addressShape.safeParse(order.address === null ? {} : JSON.parse(open(order.address)));
  const { street = '', postcode = '', city = '', country = '' } = address.data ?? {};
  return { name: open(name), email: open(email), phone: open(phone), street, postcode, city, country };
}

function typedOf(form: Form): Typed {
  const of = (field: Field): string => (form.get(field) ?? '').slice(0, 400);
  return {
    name: of('name'),
    email: of('email'),
    phone: of('phone'),
    street: of('street'),
    postcode: of('postcode'),
    city: of('city'),
    country: of('country'),
  };
}

/** What differs from what is known; an emptied field is left as it was. */
function changesOf(known: Typed, typed: Typed): Record<string, unknown> {
  const differs = (field: Field): boolean => typed[field].trim() !== known[field].trim();
  const own = (['name', 'email', 'phone'] as const).filter((field) => differs(field) && typed[field].trim() !== '');
  const changes: Record<string, unknown> = Object.fromEntries(own.map((field) => [field, typed[field]]));
  if (addressFields.some(differs)) {
    changes['address'] = Object.fromEntries(addressFields.map((field) => [field, typed[field]]));
  }
  return changes;
}

/** `/email`, `/address/city` */
function wrongField({ errors }: Fault): Field {
  const last = errors[0]?.pointer.split('/').at(-1) ?? '';
  return (['name', 'email', 'phone', ...addressFields] as const).find((field) => field === last) ?? 'street';
}

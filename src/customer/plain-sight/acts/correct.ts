import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readCorrection } from '#orders';
import type { Sealed, Why } from '#privacy';
import type { Say } from '../../words.ts';
import { pathsOf, personOf, type DataNeeds, type Visit } from '../doors.ts';
import type { ActView, Typed } from '../pages/act-pages.tsx';
import type { Said } from '../present-data.ts';
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
  const again = (said: string, wrong: readonly Field[] = []): CorrectedHere => ({
    again: viewOf(visit, typed, said, wrong),
  });
  const emptied = (['name', 'email'] as const).filter((field) => known[field] !== '' && typed[field].trim() === '');
  if (emptied.length > 0) return again(say('data.correct.empty', { shop: visit.shop.name }), emptied);
  if (Object.keys(body).length === 0) return { said: 'nothing' };
  try {
    const correction = readCorrection(visit.here.orderId, body);
    return await needs.database.tx(async (tx) => {
      const { email } = correction;
      if (email !== null && !(await stepUp.mayAskAt(tx, visit.here, email)))
        return again(say('data.correct.often'), ['email']);
      // The mail goes to the address that is known until now, whatever comes of the new one.
      await tellDone(needs, tx, visit, { what: email === null ? 'correct' : 'email', kind: 'rectification' });
      const person = { ...personOf(visit), orderId: visit.here.orderId };
      const done = await needs.rights.correct(tx, person, correction, 'customer');
      return { said: done.emailConfirmedUntil === null ? 'correct' : 'asked' };
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'invalid') return again(say('data.correct.wrong'), wrongFields(error));
    if (error.code === 'conflict') return again(say('data.address.taken'), ['email']);
    if (error.code === 'unavailable') return again(say('data.busy'));
    throw error;
  }
}

export function correctView(needs: DataNeeds, visit: Visit, said: string | null): ActView {
  return viewOf(visit, knownOf(needs, visit), said);
}

function viewOf(visit: Visit, typed: Typed, said: string | null, wrong: readonly Field[] = []): ActView {
  const { shop, language, order } = visit;
  const hasReceiver = order.receiver !== null;
  return { act: 'correct', shop, language, path: pathsOf(visit).own, said, typed, wrong, hasReceiver };
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

/** What differs from what is known; an emptied phone number goes. */
function changesOf(known: Typed, typed: Typed): Record<string, unknown> {
  const differs = (field: Field): boolean => typed[field].trim() !== known[field].trim();
  const own = (['name', 'email', 'phone'] as const).filter((field) => differs(field) && typed[field].trim() !== '');
  const changes: Record<string, unknown> = Object.fromEntries(own.map((field) => [field, typed[field]]));
  if (known.phone !== '' && typed.phone.trim() === '') changes['remove_phone'] = true;
  if (addressFields.some(differs)) {
    changes['address'] = Object.fromEntries(addressFields.map((field) => [field, typed[field]]));
  }
  return changes;
}

/** `/email`, `/address/city`; the first line of an address that is wrong as a whole. */
function wrongFields({ errors }: Fault): readonly Field[] {
  const fields = (['name', 'email', 'phone', ...addressFields] as const).filter((field) =>
    errors.some(({ pointer }) => pointer.split('/').at(-1) === field),
  );
  return fields.length === 0 ? ['street'] : fields;
}

import {
  heldBackJson,
  objectionable,
  readConsentId,
  readPurpose,
  restrainedJson,
  type HeldBack,
  type Restrained,
  type Restraining,
} from '#rights';
import { columns, type Call } from '../command.ts';
import { actor, orderOf, toldLines } from './of-order.ts';

export function purposesKnown(): string {
  return `    PURPOSE: ${objectionable.map((purpose) => `"${purpose}"`).join(' · ')}`;
}

export async function restrictPerson(call: Call): Promise<number> {
  return await done(call, { kind: 'restriction', on: call.values['lift'] !== true });
}

export async function objectForPerson(call: Call): Promise<number> {
  const [, purpose = ''] = call.positionals;
  return await done(call, { kind: 'objection', purpose: readPurpose(purpose), on: call.values['lift'] !== true });
}

export async function withdrawForPerson(call: Call): Promise<number> {
  const [, consent = ''] = call.positionals;
  return await done(call, { kind: 'withdrawal', consentId: readConsentId(consent) });
}

async function done(call: Call, wish: Restraining): Promise<number> {
  const { world, json } = call;
  const restrained = await world.withHouse(async (house): Promise<Restrained> => {
    const order = await orderOf(house, call);
    return await house.database.tx((tx) => house.rights.restrain(tx, order, wish, actor));
  });
  if (json) world.out(JSON.stringify(restrainedJson(restrained), null, 2));
  else {
    if (!restrained.changed) world.out('It was so already: nothing was changed.');
    for (const line of [...linesOf(restrained), ...toldLines(restrained.recipients)]) world.out(line);
  }
  return 0;
}

export async function listRestraints(call: Call): Promise<number> {
  const { world, json } = call;
  const held = await world.withHouse(async (house) =>
    house.rights.heldBack(house.database, await orderOf(house, call)),
  );
  if (json) world.out(JSON.stringify(heldBackJson(held), null, 2));
  else for (const line of linesOf(held)) world.out(line);
  return 0;
}

function linesOf(held: HeldBack): readonly string[] {
  const { restricted_since: since, objections, consents } = heldBackJson(held);
  const rows = consents.map((one) => [one.id, one.recipient, one.purpose, one.fields.join(', '), one.given_at]);
  return [
    since === null ? 'Not restricted.' : `Restricted since ${since}: kept, and used for nothing.`,
    ...objections.map((one) => `Objects to "${one.purpose}" since ${one.since}.`),
    ...(rows.length === 0
      ? ['No consent holds.']
      : columns([['CONSENT', 'RECIPIENT', 'PURPOSE', 'FIELDS', 'GIVEN'], ...rows]).split('\n')),
  ];
}

import { Fault } from '#kit/fault';
import {
  checkedFacts,
  choices,
  contactFields,
  contactJson,
  kebabField,
  sayContactField,
  sayContactTrouble,
  sayFact,
  snakeField,
  type ContactSettings,
} from '#service';
import { columns, type Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const language = 'en';

export async function showContact({ world, values, json }: Call): Promise<number> {
  const { settings, contact } = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return {
      settings: await house.service.contactSettings(house.database, shopId),
      contact: contactJson(await house.service.contactOf(house.database, shopId), house.clock.now()),
    };
  });
  if (json) world.out(JSON.stringify({ settings: settingsJson(settings), contact }, null, 2));
  else {
    const said = contactFields.filter((field) => settings[field] !== '');
    if (said.length === 0) world.out('Nothing is said yet. `help contact set` lists what can be.');
    else
      world.out(
        columns(said.map((field) => [kebabField(field), sayContactField(language, field), oneLine(settings[field])])),
      );
    const count = contact.missing.length;
    if (count > 0) world.out(`The law misses ${count}: \`contact check\` lists them.`);
  }
  return 0;
}

/** As `contact set` takes it. */
function oneLine(text: string): string {
  return text.replaceAll('\n', String.raw`\n`);
}

function settingsJson(settings: ContactSettings): object {
  return Object.fromEntries(contactFields.map((field) => [snakeField(field), settings[field]]));
}

export async function setContactFacts({ world, positionals, values, json }: Call): Promise<number> {
  const given = pairsOf(positionals);
  const done = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.service.setContact({ shopId, patch: Object.fromEntries(given), actor });
  });
  if ('no' in done) {
    if (done.no !== 'wrong')
      throw new Fault('conflict', 'Somebody else changed this shop at the same moment. Try again.');
    const lines = done.troubles.map(
      (trouble) => `  ${kebabField(trouble.field)}: ${sayContactTrouble(language, trouble)}`,
    );
    throw new Fault('invalid', ['Nothing was changed.', ...lines].join('\n'));
  }
  const { settings, changed } = done;
  if (json) world.out(JSON.stringify({ settings: settingsJson(settings), changed: changed.map(snakeField) }, null, 2));
  else if (changed.length === 0) world.out('It was so already.');
  else
    world.out(
      `Set: ${changed.map((field) => sayContactField(language, field)).join(', ')}. Pages and mails have it from now on.`,
    );
  return 0;
}

/** `phone "+49 40 123" sat 10-14`; a line end in a text may be written as \\n. */
function pairsOf(words: readonly string[]): readonly (readonly [string, string])[] {
  if (words.length % 2 === 1) throw new Fault('invalid', 'Every field needs its text: phone "+49 40 123" sat 10-14.');
  return words.flatMap((name, at) => {
    if (at % 2 === 1) return [];
    const field = contactFields.find((one) => kebabField(one) === name);
    if (field === undefined) {
      throw new Fault('invalid', `There is no field "${name}". \`help contact set\` lists them.`);
    }
    return [[field, (words[at + 1] ?? '').replaceAll(String.raw`\n`, '\n')] as const];
  });
}

/** Exit code 1 when something that the law of the shop's country wants is not said. */
export async function checkContact({ world, values, json }: Call): Promise<number> {
  const { settings, path } = await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    return { settings: await house.service.contactSettings(house.database, shop.shopId), path: shop.name };
  });
  const checked = checkedFacts(settings).filter(({ standing }) => standing !== 'free');
  const missing = checked.filter(({ standing }) => standing === 'missing');
  if (json) {
    const facts = checked.map(({ fact, law, standing, field }) => ({ fact, law, standing, field: snakeField(field) }));
    world.out(
      JSON.stringify(
        { country: settings.country === '' ? null : settings.country, complete: missing.length === 0, facts },
        null,
        2,
      ),
    );
  } else {
    const rows = checked.map(({ fact, law, standing, field }) => [
      marks[standing],
      sayFact(language, fact),
      law,
      standing === 'given' ? '' : kebabField(field),
    ]);
    world.out(columns([['', 'WHAT', 'WHERE IT SAYS SO', 'FIELD'], ...rows]));
    world.out(missing.length === 0 ? `"${path}" says all that is wanted.` : `"${path}" misses ${missing.length}.`);
  }
  return missing.length === 0 ? 0 : 1;
}

const marks = { given: 'yes', missing: 'NO', optional: 'if any', free: '' } as const;

export function fieldsKnown(): string {
  const rows = contactFields.map((field) => [
    `  ${kebabField(field)}`,
    choices[field] === undefined
      ? sayContactField(language, field)
      : `${sayContactField(language, field)}: ${(choices[field] ?? []).join(', ')}`,
  ]);
  return `${columns(rows)}\nA line end in a text is written \\n.`;
}

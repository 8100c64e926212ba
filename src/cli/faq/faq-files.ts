import { articleFile, articleLanguages, dayJson, foundJson, sayArticleTrouble, type Imported } from '#faq';
import { Fault } from '#kit/fault';
import { columns, type Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';
import { readText } from './read-text.ts';

const actor = 'command line';
const foundMax = 10;

export async function searchArticles({ world, values, positionals, json }: Call): Promise<number> {
  const found = await world.withHouse(async (house) => {
    const { shopId, language: own } = await shopOf(house, values['shop']);
    const language = typeof values['language'] === 'string' ? values['language'] : own;
    const words = positionals.join(' ');
    return await house.faq.search(house.database, { shopId, language, words, situation: null, limit: foundMax });
  });
  if (json) world.out(JSON.stringify({ found: found.map(foundJson) }, null, 2));
  else if (found.length === 0) world.out('Nothing was found.');
  else world.out(columns(found.map(({ slug, language, title }) => [slug, language, title])));
  return 0;
}

export async function showFigures({ world, values, json }: Call): Promise<number> {
  const days = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return (await house.faq.days(house.database, shopId)).map(dayJson);
  });
  if (json) world.out(JSON.stringify({ days }, null, 2));
  else if (days.length === 0) world.out('Nothing was counted yet.');
  else {
    const rows = days.map(({ day, searches, without_hit: none, offered, opened, written }) =>
      [day, searches, none, offered, opened, written].map(String),
    );
    world.out(columns([['DAY', 'SEARCHES', 'FOUND NOTHING', 'ANSWERS SHOWN', 'FORM OPENED', 'FORM SENT'], ...rows]));
  }
  return 0;
}

export async function exportArticles({ world, values }: Call): Promise<number> {
  const file = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.faq.exportAll(shopId);
  });
  world.out(JSON.stringify(file, null, 2));
  return 0;
}

export async function importArticles(call: Call): Promise<number> {
  const { world, values, positionals, json } = call;
  const [path = ''] = positionals;
  const read = articleFile.safeParse(jsonOf(await readText(path)));
  if (!read.success) {
    const [first] = read.error.issues;
    const where = first === undefined ? '' : ` ${first.path.join('.')}: ${first.message}`;
    throw new Fault('invalid', `This is no file of articles. Languages are: ${articleLanguages.join(', ')}.${where}`);
  }
  const imported = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.faq.importAll(shopId, read.data, actor);
  });
  if ('no' in imported) throw refused(call, imported);
  if (json) world.out(JSON.stringify(imported, null, 2));
  else world.out(`${imported.changed} changed, ${imported.unchanged} as they were.`);
  return 0;
}

/** @throws Fault('invalid') */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault('invalid', 'This file is no JSON.');
  }
}

function refused({ world }: Call, why: Extract<Imported, { readonly no: string }>): Fault {
  if (why.no === 'text') {
    for (const one of why.troubles) world.err(`${why.slug} (${why.language}): ${sayArticleTrouble('en', one)}`);
    return new Fault('invalid', 'A text cannot be read; nothing was taken.');
  }
  return why.no === 'many'
    ? new Fault('limit', 'A shop has at most 5,000 articles of its own; nothing was taken.')
    : new Fault('invalid', `${why.slug.slice(0, 80)} is no slug; nothing was taken.`);
}

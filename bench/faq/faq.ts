// Five thousand articles a language, made of the delivered ones: each told again with other words in it. What customers
// type is asked for as they type it: whole, by half, amiss, with umlauts written otherwise.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '#kit/clock';
import { articleLanguages, createFaq, type Situation } from '#faq';
import { deliveredArticles, digestOf, type Delivered } from '../../src/faq/content/delivered.ts';
import { readArticle } from '../../src/faq/content/read-article.ts';
import { figure, percentile, type Figure } from '../parts/figures.ts';
import { databaseCpuSeconds } from '../parts/processes.ts';
import { openBenchGround, type BenchGround } from '../parts/ground.ts';

const articlesEach = 5_000;
const rounds = 20;
const aimMs = 20;

/** Things that shops sell, so that articles differ by more than a number. */
const things = [
  ...['Tasse', 'Wollpullover', 'Fahrradhelm', 'Zimmerpflanze', 'Schreibtisch', 'Lampenschirm', 'Teekanne', 'Rucksack'],
  ...['Kinderbuch', 'Gartenschere', 'Espressomaschine', 'Matratze', 'Weinglas', 'Holzspielzeug', 'Regenjacke', 'Uhr'],
  ...['Kopfhörer', 'Vorhang', 'Teppich', 'Bratpfanne', 'Schlafsack', 'Ölgemälde', 'Küchenmesser', 'Hängematte'],
];
const places = ['Ausland', 'Großkunden', 'Filialen', 'Abos', 'Gutscheine', 'Sperrgut', 'Vorbestellungen', 'Geschenke'];

const questions: readonly (readonly [language: string, words: string, kind: string])[] = [
  ['de', 'Wo ist mein Paket', 'whole'],
  ['de', 'Paketverfolgung', 'compound'],
  ['de', 'Paket verfolgen', 'compound'],
  ['de', 'Sendung kommt nicht an', 'whole'],
  ['de', 'verspaetung', 'umlaut'],
  ['de', 'verspätugn paket', 'slip'],
  ['de', 'Addresse falsch', 'slip'],
  ['de', 'wiederruf', 'slip'],
  ['de', 'nachba', 'begun'],
  ['de', 'Rückgabe Espresso', 'begun'],
  ['de', 'Espressomaschiene beschädigt', 'slip'],
  ['de', 'Rechnung für Großkunden', 'whole'],
  ['de', 'wie kann ich meine daten löschen lassen bitte', 'whole'],
  ['de', 'pa', 'begun'],
  ['de', 'pak', 'begun'],
  ['de', 'xylofonkonzert', 'nothing'],
  ['en', 'where is my parcel', 'whole'],
  ['en', 'refnud', 'slip'],
  ['en', 'neighbor', 'whole'],
  ['en', 'adress wrong', 'slip'],
  ['en', 'del', 'begun'],
  ['en', 'my parcel is damaged what now', 'whole'],
];

const beside: Situation = {
  ...{ milestone: 'in_transit', subStatus: 'in_transit.delayed', status: 'Unterwegs' },
  ...{ carrier: { id: 'ups', name: 'UPS' }, arrival: null, lastSign: 'vor 3 Stunden', isLate: true },
  ...{ options: [], parcels: 1 },
};

export async function run(): Promise<readonly Figure[]> {
  const ground = await openBenchGround();
  try {
    return await measure(ground);
  } finally {
    await ground.close();
  }
}

const values = { contactPhone: null, contactEmail: null, contactHours: null, answerTime: null };

/** Of questions as customers ask them, how many in 100 have a right answer among the first three of those delivered. */
async function answered({ database, privacy, shop }: BenchGround): Promise<number> {
  const valuesOf = () => Promise.resolve({ language: 'de', shop: shop.name, ...values });
  const faq = createFaq({ database, privacy, clock: realClock, valuesOf });
  let [asked, right] = [0, 0];
  for (const language of articleLanguages) {
    const file = new URL(`../../src/faq/samples/questions.${language}.tsv`, import.meta.url);
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
      const [words = '', slugs = ''] = line.split('\t');
      const asking = { shopId: shop.shopId, language, words, situation: null, limit: 3 };
      const found = await faq.search(database, asking);
      asked += 1;
      if (found.some(({ slug }) => slugs.split(' ').includes(slug))) right += 1;
    }
  }
  return (right / asked) * 100;
}

async function measure(ground: BenchGround): Promise<readonly Figure[]> {
  const { database, privacy, shop, settle, folder } = ground;
  const understood = await answered(ground);
  const faq = createFaq({
    ...{ database, privacy, clock: realClock, delivered: manyArticles() },
    valuesOf: () => Promise.resolve({ language: 'de', shop: shop.name, ...values }),
  });
  const { shopId } = shop;
  const ask = (language: string, words: string, situation: Situation | null) =>
    faq.search(database, { shopId, language, words, situation, limit: 10 });
  const begun = performance.now();
  await ask('de', 'Paket', null);
  const built = performance.now() - begun;
  await settle();
  for (const [language, words] of questions) await ask(language, words, beside);
  const took = new Map<string, number[]>();
  const note = (kind: string, ms: number): unknown => took.set(kind, [...(took.get(kind) ?? []), ms]);
  const cpu = process.cpuUsage();
  const ofDatabase = databaseCpuSeconds(join(folder, 'postgres/cluster'));
  let asked = 0;
  let empty = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const [language, words, kind] of questions) {
      const from = performance.now();
      const found = await ask(language, words, round % 2 === 0 ? beside : null);
      const ms = performance.now() - from;
      note('all', ms);
      note(kind, ms);
      asked += 1;
      if (found.length === 0 && kind !== 'nothing') empty += 1;
    }
    const row = performance.now();
    await faq.days(database, shopId);
    note('one statement', performance.now() - row);
    const from = performance.now();
    await faq.situated(database, { shopId, language: 'de', situation: beside, limit: 5 });
    note('situated', performance.now() - from);
  }
  const { user, system } = process.cpuUsage(cpu);
  const databaseAfter = databaseCpuSeconds(join(folder, 'postgres/cluster'));
  const all = took.get('all') ?? [];
  return [
    figure('articles searched, of each of two languages', articlesEach),
    figure('search index made, s', built / 1_000),
    figure('search, p50 ms', percentile(all, 0.5)),
    figure('search, p95 ms', percentile(all, 0.95), { aim: aimMs }),
    figure('one statement that finds nothing, p50 ms', percentile(took.get('one statement') ?? [], 0.5)),
    figure('search, p99 ms', percentile(all, 0.99)),
    ...[...took]
      .filter(([kind]) => kind !== 'all')
      .map(([kind, list]) => figure(`${kind}, p95 ms`, percentile(list, 0.95))),
    figure('a search’s CPU in this process, ms', (user + system) / 1_000 / asked),
    figure('and in the database, ms', ((databaseAfter - ofDatabase) * 1_000) / asked),
    figure('questions without an answer that have one', empty, { aim: 0 }),
    figure('real questions with a right answer among three, %', understood, { aim: 95 }),
  ];
}

/** The delivered articles again and again, each time about another thing. */
function manyArticles(): readonly Delivered[] {
  const delivered = deliveredArticles();
  const languages = [...new Set(delivered.map(({ language }) => language))];
  return languages.flatMap((language) => {
    const own = delivered.filter((one) => one.language === language);
    return Array.from({ length: articlesEach }, (_, index) => retold(own[index % own.length], index, own.length));
  });
}

function retold(one: Delivered | undefined, index: number, each: number): Delivered {
  if (one === undefined) throw new Error('the program delivers no articles');
  if (index < each) return one;
  const round = Math.floor(index / each);
  const thing = things[round % things.length] ?? '';
  const place = places[Math.floor(round / things.length) % places.length] ?? '';
  const about = `${thing}, ${place} ${round}`;
  const source = one.source
    .replace(/^title: (.*)$/mu, `title: $1 (${about})`)
    .replace(/^keywords: (.*)$/mu, `keywords: $1, ${thing}, ${place}`)
    .concat(`\n\n${about}: ${thing} ${place} Sorte${round}\n`);
  const read = readArticle(source);
  if ('troubles' in read) throw new Error(`${one.slug}: ${JSON.stringify(read.troubles)}`);
  const slug = `${one.slug}-${round}`;
  return { slug, language: one.language, source, digest: digestOf(source), article: read.article };
}

import { Fault } from '#kit/fault';
import { clockJson, recordJson, reportJson, sayBasis, sayRecord, type RetentionReport, type ShopClock } from '#rights';
import { columns, type Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const language = 'en';

export async function printRecord({ world, values, json }: Call): Promise<number> {
  const spoken = values['language'] ?? language;
  if (spoken !== 'de' && spoken !== 'en') throw new Fault('invalid', 'The record speaks German and English: de or en.');
  const record = await world.withHouse(async (house) =>
    recordJson(await house.rights.record(await shopOf(house, values['shop'])), spoken),
  );
  if (json) world.out(JSON.stringify(record, null, 2));
  else for (const line of recordLines(record, spoken)) world.out(line);
  return 0;
}

function recordLines(record: ReturnType<typeof recordJson>, spoken: string): readonly string[] {
  const word = (field: string): string => sayRecord(spoken, 'field', field);
  const { name, email, phone, url } = record.controller;
  const contact = [email, phone, url].filter((one) => one !== null);
  return [
    `${name}${contact.length === 0 ? '' : ` (${contact.join(', ')})`}, ${record.made_at}`,
    ...record.activities.flatMap(({ said, bases, persons, data, recipients, kept }) => [
      '',
      said,
      `  ${bases.map((basis) => basis.said).join('; ')}`,
      `  ${persons.map((one) => one.said).join(', ')}: ${data.map((one) => one.said).join(', ') || word('none')}`,
      ...recipients.map(
        (one) =>
          `  → ${one.names.join(', ') || one.said}: ${one.fields.map(word).join(', ')} (${sayBasis(spoken, one.basis)})`,
      ),
      ...kept.map((one) => `  ${one.said}: ${one.days} d ${one.from}`),
    ]),
    '',
    record.third_countries,
    '',
    ...record.measures.map((measure) => `- ${measure.said}`),
    '',
    ...record.other_places.map((place) => `- ${place.said}`),
  ];
}

export async function listClocks({ world, values, json }: Call): Promise<number> {
  const clocks = await world.withHouse(async (house) =>
    house.rights.retention.clocks(house.database, (await shopOf(house, values['shop'])).shopId),
  );
  if (json) world.out(JSON.stringify(clocks.map(clockJson), null, 2));
  else world.out(columns([['CLOCK', 'DAYS', 'LIMITS', 'WHAT'], ...clocks.map(clockRow)]));
  return 0;
}

function clockRow({ name, days, isOwn, limits, from }: ShopClock): readonly string[] {
  const what = `${sayRecord(language, 'clock', name)}, ${sayRecord(language, 'from', from)}`;
  return [name, `${days}${isOwn ? '*' : ''}`, limits === null ? '–' : `${limits.atLeast}–${limits.atMost}`, what];
}

export async function setClock({ world, values, positionals, json }: Call): Promise<number> {
  const [clock = '', text = ''] = positionals;
  if (text !== 'house' && !/^\d{1,6}$/.test(text)) throw new Fault('invalid', 'Say how many days, or `house`.');
  const days = text === 'house' ? null : Number(text);
  const set = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.rights.retention.setDays({ shopId, clock, days, actor });
  });
  world.out(json ? JSON.stringify(clockJson(set)) : `${set.name}: ${set.days} days, from the next run on.`);
  return 0;
}

export async function runRetention({ world, values, json }: Call): Promise<number> {
  const isDry = values['dry-run'] === true;
  const report = await world.withHouse(async ({ rights: { retention } }) =>
    isDry ? await retention.look() : await retention.run(actor),
  );
  if (json) world.out(JSON.stringify(reportJson(report), null, 2));
  else for (const line of reportLines(report)) world.out(line);
  return 0;
}

function reportLines({ dryRun, lines, tookMs, restricted }: RetentionReport): readonly string[] {
  const persons = restricted === 1 ? '1 person has' : `${restricted} persons have`;
  const kept =
    restricted === 0
      ? []
      : [`${persons} restricted the use of their data (GDPR art. 18): theirs waits, whatever its age.`];
  if (lines.length === 0) return ['Nothing is past its clock.', ...kept];
  const rows = lines.map(({ table, clock, rows: count, waiting, before, oldest }) => [
    table,
    clock,
    String(count),
    waiting === null ? '–' : String(waiting),
    before.toString({ smallestUnit: 'second' }),
    oldest?.toString({ smallestUnit: 'second' }) ?? '–',
  ]);
  const done = dryRun ? 'Nothing was dropped: this only looked.' : `Dropped in ${tookMs} ms.`;
  return [columns([['TABLE', 'CLOCK', 'ROWS', 'WAIT', 'OLDER THAN', 'OLDEST'], ...rows]), ...kept, done];
}

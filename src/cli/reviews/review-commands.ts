import { Fault } from '#kit/fault';
import { readId } from '#kit/ids';
import { figuresJson, reasons, reviewJson, sayReason, settingsJson, type Settings } from '#reviews';
import { columns, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const listMax = 100;
const states = ['waiting', 'published', 'withheld'] as const;

export async function listReviews({ world, values, json }: Call): Promise<number> {
  const wanted = values['state'];
  const state = states.find((one) => one === wanted);
  if (wanted !== undefined && state === undefined) {
    throw new Fault('invalid', `--state is one of: ${states.join(', ')}.`);
  }
  const found = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const rows = await Promise.all(
      (state === undefined ? states : [state]).map((one) =>
        house.reviews.list(house.database, shopId, { state: one, before: null, limit: listMax }),
      ),
    );
    return rows.flat().map(reviewJson);
  });
  if (json) world.out(JSON.stringify(found, null, 2));
  else if (found.length === 0) world.out('There is no review.');
  else {
    const rows = found.map((row) => [
      row.id,
      row.state,
      String(row.stars.shop),
      row.written_at.slice(0, 10),
      visible(row.reason ?? row.title).slice(0, 40),
    ]);
    world.out(columns([['REVIEW', 'STATE', 'STARS', 'WRITTEN', 'TITLE OR REASON'], ...rows]));
  }
  return 0;
}

/** Somebody's own words must not take hold of a terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ');
}

export function reasonsKnown(): string {
  return columns(reasons.map((reason) => [`    ${reason}`, sayReason('en', reason)]));
}

export async function showReview(call: Call): Promise<number> {
  return await onReview(call, async () => {});
}

export async function publishReview(call: Call): Promise<number> {
  return await onReview(call, async (house, of) => {
    const said = await house.database.tx((tx) =>
      house.reviews.moderate(tx, { ...of, verdict: { publish: true }, actor }),
    );
    if ('no' in said) throw refusal(said.no);
  });
}

export async function withholdReview(call: Call): Promise<number> {
  const [, text = ''] = call.positionals;
  const reason = reasons.find((one) => one === text);
  if (reason === undefined) {
    throw new Fault('invalid', `There is no reason "${text}". There is: ${reasons.join(', ')}.`);
  }
  const { note } = call.values;
  return await onReview(call, async (house, of) => {
    const verdict = { withhold: reason, note: typeof note === 'string' ? note : '' };
    const said = await house.database.tx((tx) => house.reviews.moderate(tx, { ...of, verdict, actor }));
    if ('no' in said) throw refusal(said.no);
  });
}

export async function answerReview(call: Call): Promise<number> {
  const [, text = ''] = call.positionals;
  return await onReview(call, async (house, of) => {
    const said = await house.database.tx((tx) => house.reviews.answer(tx, { ...of, text, actor }));
    if ('no' in said) throw refusal(said.no);
  });
}

function refusal(no: string): Fault {
  if (no === 'unknown') return noReview();
  return new Fault('conflict', no === 'unchanged' ? 'It is so already.' : `That cannot be: ${no}.`);
}

function noReview(): Fault {
  return new Fault('not_found', 'There is no such review: `review list` shows their ids.');
}

type Of = { readonly shopId: string; readonly reviewId: string };

async function onReview(call: Call, act: (house: OpenedHouse, of: Of) => Promise<void>): Promise<number> {
  const { world, values, positionals, json } = call;
  const reviewId = readId('rev', positionals[0] ?? '');
  if (reviewId === null) throw noReview();
  const found = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    await act(house, { shopId, reviewId });
    return await house.reviews.read(house.database, shopId, reviewId);
  });
  if (found === null) throw noReview();
  const shown = reviewJson(found);
  if (json) world.out(JSON.stringify(shown, null, 2));
  else for (const line of linesOf(shown)) world.out(line);
  return 0;
}

function linesOf(review: ReturnType<typeof reviewJson>): readonly string[] {
  const { id, state, reason, stars, title, text, by, answer, publishes_at: publishes } = review;
  const products = stars.products.map((one) => `${visible(one.name)} ${one.stars}`);
  return [
    `${id}  ${state}${reason === null ? '' : ` (${reason})`}, ${by === null ? 'verified buyer' : visible(by)}`,
    `  shop ${stars.shop}${stars.delivery === null ? '' : `, delivery ${stars.delivery}`}${products.map((one) => `, ${one}`).join('')}`,
    ...[title, text].filter((one) => one !== '').map((one) => `  ${visible(one)}`),
    ...(answer === null ? [] : [`  answered: ${visible(answer.text)}`]),
    ...(publishes === null ? [] : [`  shown from ${publishes} on, if nobody judges`]),
  ];
}

export async function printFigures({ world, values, json }: Call): Promise<number> {
  const figures = await world.withHouse(async (house) =>
    figuresJson(await house.reviews.figuresOf(house.database, (await shopOf(house, values['shop'])).shopId)),
  );
  if (json) {
    world.out(JSON.stringify(figures, null, 2));
    return 0;
  }
  const { delivered, invited, planned, received, published, waiting, withdrawn, shop } = figures;
  const counted = (rows: typeof figures.withheld | typeof figures.not_invited) =>
    rows.map(({ reason, count }) => [`  ${reason}`, String(count)]);
  world.out(
    columns([
      ['delivered', String(delivered)],
      ['invited', String(invited)],
      ['to be invited', String(planned)],
      ['not invited', ''],
      ...counted(figures.not_invited),
      ['received', String(received)],
      ['published', String(published)],
      ['waiting', String(waiting)],
      ['withdrawn', String(withdrawn)],
      ['withheld', ''],
      ...counted(figures.withheld),
      ['mean', shop.mean === null ? '–' : shop.mean.toFixed(2)],
    ]),
  );
  return 0;
}

const changing = ['basis', 'told', 'on', 'off', 'delay', 'fallback', 'publish'] as const;

export async function changeSettings({ world, values, json }: Call): Promise<number> {
  const settings = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const now = await house.reviews.settingsOf(house.database, shopId);
    if (values['on'] === true && values['off'] === true) throw new Fault('invalid', 'Say --on or --off.');
    if (changing.every((name) => values[name] === undefined)) return now;
    return await house.reviews.changeSettings(shopId, changeOf(now, values), actor);
  });
  if (json) world.out(JSON.stringify(settingsJson(settings), null, 2));
  else world.out(settingsLine(settings));
  return 0;
}

function changeOf(now: Settings, values: Call['values']) {
  const days = (name: string, before: number): number => {
    const text = values[name];
    if (typeof text !== 'string') return before;
    return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  };
  return {
    invites: values['on'] === true || (now.invites && values['off'] !== true),
    basis: basisOf(values['basis'], now),
    told: values['told'] === true || now.toldAt !== null,
    delayDays: days('delay', now.delayDays),
    fallbackDays: days('fallback', now.fallbackDays),
    publishDays: days('publish', now.publishDays),
  };
}

function basisOf(text: Call['values'][string], now: Settings): Settings['basis'] {
  if (text === undefined) return now.basis;
  if (text === 'consent') return 'consent';
  if (text === 'existing') return 'existing customers';
  throw new Fault('invalid', '--basis is consent or existing.');
}

function settingsLine({ invites, basis, toldAt, delayDays, fallbackDays, publishDays }: Settings): string {
  return columns([
    ['asks for reviews', invites ? 'yes' : 'no'],
    ['basis', basis],
    ['customers are told', toldAt === null ? 'not said' : `since ${toldAt.toString({ smallestUnit: 'second' })}`],
    ['asks after', `${delayDays} days`],
    ['without a delivery', `${fallbackDays} days`],
    ['shows unjudged after', `${publishDays} days`],
  ]);
}

import { Fault } from '#kit/fault';
import {
  authorities,
  authoritiesAsOf,
  certificateJson,
  filesJson,
  sayDelivery,
  sayTls,
  type Authority,
  type CertificateLine,
  type FilesLine,
  type HstsLine,
  type HstsRefusal,
  type HstsStep,
  type StageWorth,
} from '#tls';
import { columns, listOf, type Call } from './command.ts';

const actor = 'command line';
const language = 'en';

export async function listCertificates({ world, values, json }: Call): Promise<number> {
  const { lines, hsts, worth } = await world.withHouse(async ({ tls }) => ({
    lines: await tls.list(),
    hsts: await tls.hsts(),
    worth: values['measure'] === true ? await tls.measureStage() : undefined,
  }));
  const stage = hstsJson(hsts, worth);
  if (json) world.out(JSON.stringify({ certificates: lines.map(certificateJson), hsts: stage }, null, 2));
  else {
    if (lines.length === 0) world.out('GLASSPOST_DOMAIN is not set: certificates are not of this house.');
    else world.out(columns([['NAME', 'FROM', 'UNTIL', 'LEFT', 'NEXT'], ...lines.map(rowOf)]));
    for (const line of lines) for (const text of [...failureOf(line), ...deliveryOf(line)]) world.out(text);
    world.out(`\nHSTS: stage ${hsts.stage + 1} of ${hsts.stages}, ${hsts.seconds} seconds.`);
    for (const line of stageLines(hsts, worth)) world.out(line);
  }
  return lines.every(isWell) ? 0 : 1;
}

function isWell({ served, failure, delivery }: CertificateLine): boolean {
  return served !== null && failure === null && (delivery?.files ?? []).every((one) => one.failure === null);
}

function failureOf({ name, failure, delivery }: CertificateLine): readonly string[] {
  if (failure === null) return [];
  const { failures, authority, failedAt, why, said } = failure;
  return [
    `\n${name}: failed so far: ${failures}, the last with ${authority} at ${at(failedAt)}.`,
    `  ${sayTls(language, why, delivery !== null)}`,
    ...(said === '' ? [] : [`  It says: ${said}`]),
  ];
}

function deliveryOf({ name, delivery }: CertificateLine): readonly string[] {
  if (delivery === null) return [];
  const { files, fetched } = delivery;
  const said = [
    ...files.flatMap(filesOf),
    ...(fetched === null ? [] : [`fetched at ${at(fetched.at)}${fetched.isCurrent ? '' : ', an older one'}`]),
  ];
  return [
    `\n${name}: for another server.`,
    ...(said.length === 0 ? ['not delivered yet'] : said).map((one) => `  ${one}`),
  ];
}

function filesOf({ place, deliveredAt, failure }: FilesLine): readonly string[] {
  const since = deliveredAt === null ? [] : [`delivered at ${at(deliveredAt)} to ${place}`];
  if (failure === null) return since;
  const { failures, nextAt, said } = failure;
  const wrong = `${place}: failed so far: ${failures}, tried again at ${at(nextAt)}. ${sayDelivery(language, failure)}`;
  return [...since, wrong, ...(said === '' ? [] : [`It said: ${said}`])];
}

/** Those that GLASSPOST_ACME_DIRECTORY may name. */
export async function listAuthorities({ world, json }: Call): Promise<number> {
  if (json) world.out(JSON.stringify({ as_of: authoritiesAsOf, authorities: authorities.map(authorityJson) }, null, 2));
  else {
    const head = ['ID', 'NAME', 'IN', 'NEEDS', 'DAYS', 'OFFERS'];
    world.out(columns([head, ...authorities.map(authorityRow)]));
    world.out(`\nAs of ${authoritiesAsOf}; * from memory, not read again. Nothing is to be paid for any of them.`);
    world.out('The default is letsencrypt: it needs no account elsewhere, says when to renew, and');
    world.out('has a profile for web servers. docs/certificates.md says more.');
  }
  return 0;
}

function authorityRow({ id, name, country, needsBinding, lifeDays, offers, unverified }: Authority): readonly string[] {
  const mark = (what: Authority['unverified'][number]): string => (unverified.includes(what) ? '*' : '');
  return [
    id,
    name,
    country + mark('country'),
    needsBinding ? 'key id and key' : 'nothing',
    String(lifeDays) + mark('life'),
    (offers.length === 0 ? '-' : offers.join(', ')) + mark('offers'),
  ];
}

function authorityJson(one: Authority): object {
  return {
    id: one.id,
    name: one.name,
    directory: one.directory,
    country: one.country,
    offers: one.offers,
    in_browsers: one.inBrowsers,
    needs_binding: one.needsBinding,
    life_days: one.lifeDays,
    per_domain_and_week: one.perDomainAndWeek,
    unverified: one.unverified,
  };
}

export async function deliverCertificate({ world, positionals, json }: Call): Promise<number> {
  const [name = ''] = positionals;
  const line = await world.withHouse(({ tls }) => tls.deliver(name, actor));
  if (json) world.out(JSON.stringify(filesJson(line), null, 2));
  else for (const text of filesOf(line)) world.out(text);
  return line.failure === null ? 0 : 1;
}

function rowOf({ name, served, nextAt }: CertificateLine): readonly string[] {
  if (served === null) return [name, '-', '-', '-', at(nextAt)];
  const left = `${Math.floor(served.leftOfLife * 100)} %`;
  return [name, served.authority, at(served.notAfter), served.revoked ? 'revoked' : left, at(nextAt)];
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}

/** @param worth null when it could not be measured, undefined when nobody asked */
function hstsJson({ stage, stages, seconds, isListed, upAt }: HstsLine, worth: StageWorth | null | undefined) {
  const measured =
    worth === undefined || worth === null
      ? worth
      : { served_seconds: worth.servedSeconds, at_this_stage: worth.here, on_the_list: worth.last };
  return { stage: stage + 1, stages, seconds, all_names: isListed, up_at: upAt === null ? null : at(upAt), measured };
}

/** From when on the next stage may follow, and what this one is worth beside the last. */
function stageLines(
  { seconds, nextIsListed, isListed, upAt }: HstsLine,
  worth: StageWorth | null | undefined,
): readonly string[] {
  const next = upAt === null ? [] : [`The next stage can follow from ${at(upAt)} on.`];
  if (nextIsListed) next.push(...listWords);
  if (isListed) next.push('Hand the domain in at hstspreload.org; browsers have it some months later.');
  if (worth === undefined) return next;
  if (worth === null) return [...next, 'Our own page cannot be reached from this machine: nothing was measured.'];
  const { here, last, servedSeconds } = worth;
  return [
    ...next,
    `Measured: ${worthText(here)} at this stage; ${worthText(last)} once the domain is on the list.`,
    ...(servedSeconds === seconds ? [] : [`Browsers are told ${servedSeconds ?? 'no'} seconds there.`]),
  ];
}

const listWords = [
  'It is for the list that browsers are shipped with: they never ask in the clear any more, also for',
  'every name below this one, whoever serves it. Leaving it takes months. If all of them have https:',
  'certificate stage --all-names',
];

function worthText({ grade, observatory }: StageWorth['here']): string {
  return `${grade} for TLS, ${observatory ?? 'no'} points of the Observatory`;
}

export async function renewCertificate({ world, positionals, json }: Call): Promise<number> {
  const [name = ''] = positionals;
  await world.withHouse(({ tls }) => tls.renewNow(name, actor));
  world.out(json ? JSON.stringify({ ordered: true }) : 'A new certificate is ordered by the program that runs.');
  return 0;
}

export async function revokeCertificate({ world, positionals, json }: Call): Promise<number> {
  const [name = ''] = positionals;
  await world.withHouse(({ tls }) => tls.revoke(name, actor));
  world.out(
    json ? JSON.stringify({ revoked: true }) : 'It is revoked, and another is ordered by the program that runs.',
  );
  return 0;
}

export async function stepHsts({ world, values, json }: Call): Promise<number> {
  const step = stepOf(values);
  const [front] = listOf(values['front']);
  const { hsts, worth } = await world.withHouse(async ({ tls }) => {
    const stepped = await tls.stepHsts(step, actor, front);
    if ('no' in stepped) throw new Fault('conflict', refusalOf(stepped, step));
    const isMeasured = values['measure'] === true && front === undefined;
    return { hsts: await tls.hsts(front), worth: isMeasured ? await tls.measureStage() : undefined };
  });
  if (json) world.out(JSON.stringify(hstsJson(hsts, worth)));
  else {
    world.out(
      `Browsers are told to ask by https only for ${hsts.seconds} seconds${hsts.isListed ? ', for all names below too' : ''}.`,
    );
    for (const line of stageLines(hsts, worth)) world.out(line);
  }
  return 0;
}

function stepOf(values: Call['values']): HstsStep {
  if (values['down'] === true) return 'down';
  return values['all-names'] === true ? 'up with all names' : 'up';
}

function refusalOf(no: HstsRefusal, step: HstsStep): string {
  if (no.no === 'too_early') return `This stage is looked at until ${at(no.until)} before the next.`;
  if (no.no === 'not_agreed') return ['The last stage has to be agreed to.', ...listWords].join('\n');
  return step === 'down' ? 'This is the first stage.' : 'This is the last stage.';
}

export async function listFronts({ world, json }: Call): Promise<number> {
  const fronts = await world.withHouse(async (house) => {
    const shown = [];
    for (const one of await house.fronts())
      shown.push({ ...one, hsts: hstsJson(await house.tls.hsts(one.name), undefined) });
    return shown;
  });
  const rows = fronts.map(({ name, upstream, answers, why, hsts }) => [
    name,
    upstream,
    answers === null ? `no: ${why ?? ''}` : `${answers.status} in ${answers.ms} ms`,
    `stage ${hsts.stage} of ${hsts.stages}`,
  ]);
  if (json) world.out(JSON.stringify({ fronts }, null, 2));
  else if (rows.length === 0) world.out('GLASSPOST_FRONT is not set: no requests are passed on.');
  else world.out(columns([['NAME', 'PASSED ON TO', 'ANSWERS', 'HSTS'], ...rows]));
  return fronts.every(({ answers }) => answers !== null) ? 0 : 1;
}

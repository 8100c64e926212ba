import { Fault } from '#kit/fault';
import { authorities, certificateJson, sayTls, type CertificateLine, type HstsLine, type StageWorth } from '#tls';
import { columns, listOf, type Call } from './command.ts';

const actor = 'command line';
const language = 'en';

export async function listCertificates({ world, values, json }: Call): Promise<number> {
  if (values['authorities'] === true) return listAuthorities(world, json);
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
    for (const { name, failure } of lines) {
      if (failure === null) continue;
      world.out(
        `\n${name}: failed so far: ${failure.failures}, the last with ${failure.authority} at ${at(failure.failedAt)}.`,
      );
      world.out(`  ${sayTls(language, failure.why)}`);
      if (failure.said !== '') world.out(`  It says: ${failure.said}`);
    }
    world.out(`\nHSTS: stage ${hsts.stage + 1} of ${hsts.stages}, ${hsts.seconds} seconds.`);
    for (const line of stageLines(hsts, worth)) world.out(line);
  }
  return lines.every(({ served, failure }) => served !== null && failure === null) ? 0 : 1;
}

/** Those that GLASSPOST_ACME_DIRECTORY may name. */
function listAuthorities(world: Call['world'], json: boolean): number {
  const rows = authorities.map(({ id, name, needsBinding, offers }) => [
    id,
    name,
    needsBinding ? 'key id and key' : 'nothing',
    offers.join(', '),
  ]);
  world.out(json ? JSON.stringify(authorities, null, 2) : columns([['ID', 'NAME', 'NEEDS', 'OFFERS'], ...rows]));
  return 0;
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
function hstsJson({ stage, stages, seconds, upAt }: HstsLine, worth: StageWorth | null | undefined) {
  const measured =
    worth === undefined || worth === null
      ? worth
      : { served_seconds: worth.servedSeconds, at_this_stage: worth.here, at_the_last: worth.last };
  return { stage: stage + 1, stages, seconds, up_at: upAt === null ? null : at(upAt), measured };
}

/** From when on the next stage may follow, and what this one is worth beside the last. */
function stageLines({ seconds, upAt }: HstsLine, worth: StageWorth | null | undefined): readonly string[] {
  const next = upAt === null ? [] : [`The next stage can follow from ${at(upAt)} on.`];
  if (worth === undefined) return next;
  if (worth === null) return [...next, 'Our own page cannot be reached from this machine: nothing was measured.'];
  const { here, last, servedSeconds } = worth;
  const isAll = here.grade === last.grade && here.observatory === last.observatory;
  return [
    ...next,
    `Measured: ${worthText(here)} at this stage; ${isAll ? 'the last one has no more.' : `${worthText(last)} at the last.`}`,
    ...(servedSeconds === seconds ? [] : [`Browsers are told ${servedSeconds ?? 'no'} seconds there.`]),
  ];
}

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
  const direction = values['down'] === true ? 'down' : 'up';
  const [front] = listOf(values['front']);
  const { hsts, worth } = await world.withHouse(async ({ tls }) => {
    const stepped = await tls.stepHsts(direction, actor, front);
    if ('no' in stepped) throw new Fault('conflict', refusalOf(stepped, direction));
    const isMeasured = values['measure'] === true && front === undefined;
    return { hsts: await tls.hsts(front), worth: isMeasured ? await tls.measureStage() : undefined };
  });
  if (json) world.out(JSON.stringify(hstsJson(hsts, worth)));
  else {
    world.out(`Browsers are told to ask by https only for ${hsts.seconds} seconds.`);
    for (const line of stageLines(hsts, worth)) world.out(line);
  }
  return 0;
}

function refusalOf(
  no: { readonly no: 'at_end' } | { readonly no: 'too_early'; readonly until: Temporal.Instant },
  direction: 'up' | 'down',
): string {
  if (no.no === 'too_early') return `This stage is looked at until ${at(no.until)} before the next.`;
  return direction === 'up' ? 'This is the last stage.' : 'This is the first stage.';
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

import { Fault } from '#kit/fault';
import {
  lineJson,
  saySiteFinding,
  siteJson,
  siteKinds,
  stateJson,
  type KeptFinding,
  type ScanLine,
  type Site,
  type SiteKind,
} from '#protection';
import { columns, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const language = 'en';
const historyMax = 60;
const historyShown = 8;
const goodGrades: ReadonlySet<string> = new Set(['A+', 'A']);

/** `shop.example`, or `shop.example:8443` where there are several of that name. */
async function siteCalled(house: OpenedHouse, shopId: string, text: string): Promise<Site> {
  const wanted = text.trim().toLowerCase();
  const found = (await house.protection.sites(shopId)).filter(
    ({ host, port }) => wanted === host || wanted === `${host}:${port}`,
  );
  const [site, another] = found.toSorted((a, b) => Number(a.kind === 'mail') - Number(b.kind === 'mail'));
  if (site === undefined) throw new Fault('not_found', `There is no host "${text}" here: \`site list\` shows them.`);
  if (another !== undefined && another.kind !== 'mail' && !wanted.includes(':')) {
    throw new Fault('invalid', `There are several of that name: write ${site.host}:${site.port}.`);
  }
  return site;
}

export async function listSites({ world, values, json }: Call): Promise<number> {
  const sites = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.protection.sites(shopId);
  });
  if (json) world.out(JSON.stringify({ sites: sites.map(siteJson) }, null, 2));
  else if (sites.length === 0) world.out('There is none: `site add HOST` adds one of the shop’s.');
  else world.out(columns([['HOST', 'KIND', 'PROVEN', 'GRADE', 'OPEN', 'LAST', 'NEXT'], ...sites.map(rowOf)]));
  return 0;
}

function rowOf({ host, port, kind, proven, last, nextAt }: Site): readonly string[] {
  const scanned = last === null ? ['-', '-', '-'] : [last.grade ?? '-', foundIn(last), at(last.at)];
  return [
    port === 443 ? host : `${host}:${port}`,
    kind,
    proven === null ? 'no' : `by ${proven.by}`,
    ...scanned,
    nextAt === null ? '-' : at(nextAt),
  ];
}

function foundIn({ counts }: ScanLine): string {
  return `${counts.alarm} alarms, ${counts.warning} warnings, ${counts.note} notes`;
}

export async function addSite({ world, positionals, values, json }: Call): Promise<number> {
  const [host = ''] = positionals;
  const kind = readKind(values['kind']);
  const site = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.protection.addSite(shopId, { host, kind }, actor);
  });
  world.out(json ? JSON.stringify(siteJson(site), null, 2) : proofLines(site).join('\n'));
  return 0;
}

function readKind(text: Call['values'][string]): SiteKind {
  if (text === undefined) return 'other';
  const kind = siteKinds.find((one) => one === text);
  if (kind === undefined) throw new Fault('invalid', `There is no such kind. There is: ${siteKinds.join(', ')}.`);
  return kind;
}

function proofLines({ host, proof }: Site): readonly string[] {
  if (proof === null) return [`${host} needs no proof.`];
  return [
    'Show one of these two, then run `site prove`:',
    `  a file  ${proof.file.url}`,
    `  with    ${proof.file.content}`,
    `  or TXT  ${proof.dns.name}`,
    `  with    ${proof.dns.value}`,
  ];
}

export async function proveSite({ world, positionals, values, json }: Call): Promise<number> {
  const { site, proven } = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const wanted = await siteCalled(house, shopId, positionals[0] ?? '');
    return { site: wanted, proven: await house.protection.proveSite(shopId, wanted.siteId, actor) };
  });
  if ('no' in proven) {
    const { no } = proven;
    const why =
      no === 'unreachable' ? 'Nobody answers there, and DNS does not show it.' : 'The proof is not there yet.';
    world.out(json ? JSON.stringify({ site: null, no }) : [why, ...proofLines(site)].join('\n'));
    return 1;
  }
  const grade = proven.last?.grade ?? 'not known';
  if (json) world.out(JSON.stringify({ site: siteJson(proven), no: null }, null, 2));
  else world.out(`${proven.host} is proven by ${proven.proven?.by ?? ''}. Its grade is ${grade}.`);
  return 0;
}

export async function removeSite({ world, positionals, values, json }: Call): Promise<number> {
  const [text = ''] = positionals;
  const removed = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const { siteId } = await siteCalled(house, shopId, text);
    return await house.protection.removeSite(shopId, siteId, actor);
  });
  if (json) world.out(JSON.stringify({ removed }));
  else
    world.out(
      removed ? `${text} is removed, with everything that was kept of it.` : `${text} is kept by the house itself.`,
    );
  return removed ? 0 : 1;
}

/** Exit code 0 for A and better, 1 for less. */
export async function scanSite({ world, positionals, values, json }: Call): Promise<number> {
  const { line, open } = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const { siteId } = await siteCalled(house, shopId, positionals[0] ?? '');
    const scanned = await house.protection.scanNow(shopId, siteId, actor);
    const state = await house.protection.state(shopId, siteId, 1);
    return { line: scanned, open: state?.open ?? [] };
  });
  if (json) world.out(JSON.stringify(lineJson(line), null, 2));
  else
    world.out([`Grade ${line.grade ?? 'not known'}, in ${line.tookMs} ms.`, ...open.flatMap(findingLines)].join('\n'));
  return goodGrades.has(line.grade ?? '') ? 0 : 1;
}

export async function showSite({ world, positionals, values, json }: Call): Promise<number> {
  const state = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const { siteId } = await siteCalled(house, shopId, positionals[0] ?? '');
    return await house.protection.state(shopId, siteId, historyMax);
  });
  if (state === null) throw new Fault('not_found', 'There is no such host here.');
  if (json) world.out(JSON.stringify(stateJson(state), null, 2));
  else {
    const { site, open, mended, history } = state;
    const scans = history.slice(0, historyShown).map(scanRow);
    world.out(columns([['HOST', 'KIND', 'PROVEN', 'GRADE', 'OPEN', 'LAST', 'NEXT'], rowOf(site)]));
    if (site.proven === null) world.out(`\n${proofLines(site).join('\n')}`);
    world.out((open.length === 0 ? ['\nNothing is open.'] : open.flatMap(findingLines)).join('\n'));
    for (const one of mended) world.out(`\nmended ${at(one.mendedAt ?? one.seenAt)}: ${whatOf(one)}`);
    if (scans.length > 0) world.out(`\n${columns([['SCANNED', 'GRADE', 'PAGE', 'FOUND'], ...scans])}`);
  }
  return 0;
}

function scanRow(line: ScanLine): readonly string[] {
  const { observatory, grade } = line;
  const page = observatory === null ? '-' : `${observatory.grade} ${observatory.score}`;
  return [at(line.at), grade ?? '-', page, foundIn(line)];
}

const marks = { alarm: '!!', warning: '! ', note: '  ' } as const;

function findingLines(kept: KeptFinding): readonly string[] {
  const { finding, since, visibleFrom } = kept;
  const said = saySiteFinding(language, finding);
  const seen = visibleFrom === null ? '' : ` Customers see it from ${at(visibleFrom)}.`;
  return [
    '',
    `${marks[finding.severity]} ${whatOf(kept)}`,
    `   Since ${at(since)}.${seen}`,
    ...(said === null ? [] : [`   ${said.why}`, `   ${said.mend}`]),
  ].map(visible);
}

function whatOf({ finding }: KeptFinding): string {
  return visible(saySiteFinding(language, finding)?.what ?? finding.code);
}

/** What a host says of itself is a stranger's text: it must not take hold of a terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, '·').slice(0, 2_000);
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'minute' });
}

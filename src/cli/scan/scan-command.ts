import { isIP } from 'node:net';
import { realClock } from '#kit/clock';
import { createLookup, EgressFault, systemResolve, type Lookup } from '#kit/egress';
import { Fault } from '#kit/fault';
import { sayFinding, scanSite, type SiteScanned } from '#tls';
import type { Call, CommandWorld } from '../command.ts';
import { readScan, type Asked, type Target } from './read-scan.ts';
import { scanLines } from './scan-lines.ts';

const goodGrades: ReadonlySet<string> = new Set(['A+', 'A']);
const ownOnly =
  'On the internet only the names in GLASSPOST_PUBLIC_URL, GLASSPOST_DOMAIN and GLASSPOST_FRONT are scanned, and hosts that were proven to be yours; in your own network only with --allow-private.';
const ownMailOnly = 'The mails of a domain are looked at with a host of your own in it.';

/** What browsers see of a host. Exit code 0 for A and better, 1 for less, 2 when it could not be looked at. */
export async function scanHost(call: Call): Promise<number> {
  const { world, json } = call;
  try {
    const { target, ...asked } = await readScan(call);
    const scanned = await scanSite({ ...target, ...asked, ...(await leaveOf(target, asked, world)), clock: realClock });
    world.out(json ? JSON.stringify(jsonOf(target, scanned), null, 2) : scanLines(target, scanned).join('\n'));
    return goodGrades.has(scanned.grade ?? '') ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const isRefused = error instanceof EgressFault && error.reason === 'refused_address';
    world.err(isRefused ? ownOnly : error.publicText);
    return 2;
  }
}

/** Strangers' servers are left alone. @throws Fault('unauthorized') */
async function leaveOf({ host }: Target, { allowPrivate, mail }: Asked, world: CommandWorld) {
  const allowPublic = isOwn(host, ownNames(world)) || (!allowPrivate && (await isProven(host, world)));
  if (!allowPublic && !allowPrivate) throw new Fault('unauthorized', ownOnly);
  if (mail !== undefined && !(allowPublic && isWithin(host, mail.domain))) throw new Fault('unauthorized', ownMailOnly);
  return { allowPublic, resolve: lookupFor(world, allowPrivate) };
}

/** `*.shop.example` stands for one label. */
function isOwn(host: string, names: readonly string[]): boolean {
  const above = `*${host.slice(Math.max(host.indexOf('.'), 0))}`;
  return names.some((name) => name === host || name === above);
}

/** The data is opened only for hosts that could be scanned by no other right. */
async function isProven(host: string, world: CommandWorld): Promise<boolean> {
  return await world.withHouse(async ({ protection }) => (await protection.provenHosts()).includes(host));
}

function ownNames(world: CommandWorld): readonly string[] {
  const url = URL.parse(settingOf(world, 'GLASSPOST_PUBLIC_URL'))?.hostname ?? '';
  const names = settingOf(world, 'GLASSPOST_DOMAIN').split(',');
  const fronts = settingOf(world, 'GLASSPOST_FRONT').split(',');
  return [url, ...names, ...fronts.map((front) => front.replace(/=.*/s, ''))]
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function settingOf(world: CommandWorld, variable: string): string {
  return world.settings().find((one) => one.variable === variable)?.value ?? '';
}

/** In one's own network a name may stand in this machine's list of hosts alone. */
function lookupFor(world: CommandWorld, allowPrivate: boolean): Lookup {
  const servers = settingOf(world, 'GLASSPOST_DNS').split(',');
  const dns = createLookup(servers.map((server) => server.trim()).filter((server) => /^[\d[]/.test(server)));
  const addresses: Lookup['addresses'] = async (name, family) => {
    const found = await dns.addresses(name, family);
    if (!allowPrivate || found === null || found.length > 0) return found;
    const own = await systemResolve(name).catch(() => []);
    return own.flatMap(({ address }) => (isIP(address) === family ? [address] : []));
  };
  return { ...dns, addresses };
}

function jsonOf({ host, port }: Target, { grade, observatory, findings, tls, web }: SiteScanned): object {
  const said = findings.map((one) => ({ ...one, said: sayFinding('en', one) }));
  // `seen` is what there was before there was a look at the web.
  return { host, port, grade, observatory, findings: said, tls, web, seen: tls };
}

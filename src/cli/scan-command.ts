import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { realClock } from '#kit/clock';
import { EgressFault } from '#kit/egress';
import { Fault } from '#kit/fault';
import { sayTlsFinding, scanTls, type Finding, type TlsScanned } from '#tls';
import type { Call, CommandWorld } from './command.ts';

type Target = { readonly host: string; readonly port: number };

const language = 'en';
const goodGrades: ReadonlySet<string> = new Set(['A+', 'A']);
const caBytesMax = 1024 * 1024;
const ownOnly =
  'On the internet only the names in GLASSPOST_PUBLIC_URL and GLASSPOST_DOMAIN are scanned, in your own network only with --allow-private.';

/** What browsers see of a host. Exit code 0 for A and better, 1 for less, 2 when it could not be looked at. */
export async function scanHost(call: Call): Promise<number> {
  const { world, positionals, json } = call;
  try {
    const target = readTarget(positionals[0] ?? '');
    const scanned = await scanTls({ ...target, ...(await leaveOf(target, call)), clock: realClock });
    world.out(json ? JSON.stringify(jsonOf(target, scanned), null, 2) : linesOf(target.host, scanned).join('\n'));
    return goodGrades.has(scanned.grade) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const isRefused = error instanceof EgressFault && error.reason === 'refused_address';
    world.err(isRefused ? ownOnly : error.publicText);
    return 2;
  }
}

/** Strangers' servers are left alone: on the internet only the installation's own names are looked at. */
async function leaveOf({ host }: Target, { world, values }: Call) {
  const allowPrivate = values['allow-private'] === true;
  const allowPublic = ownNames(world).includes(host);
  if (!allowPublic && !allowPrivate) throw new Fault('unauthorized', ownOnly);
  const ca = typeof values['ca'] === 'string' ? { caPem: await readCa(values['ca']) } : {};
  return { allowPrivate, allowPublic, ...ca };
}

/** `shop.example`, `shop.example:8443`, `192.0.2.1:443`, `[2001:db8::1]:443`. */
function readTarget(text: string): Target {
  const url = URL.parse(isIP(text) === 6 ? `https://[${text}]` : `https://${text}`);
  const isPlain = url !== null && /^\/?$/.test(url.pathname) && url.search + url.hash + url.username === '';
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '') ?? '';
  if (!isPlain || host === '') throw new Fault('invalid', 'A host looks like shop.example or shop.example:8443.');
  return { host, port: url.port === '' ? 443 : Number(url.port) };
}

function ownNames(world: CommandWorld): readonly string[] {
  const values = new Map(world.settings().map(({ variable, value }) => [variable, value ?? '']));
  const domains = (values.get('GLASSPOST_DOMAIN') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const url = URL.parse(values.get('GLASSPOST_PUBLIC_URL') ?? '')?.hostname ?? '';
  return [url, ...domains].filter((name) => name !== '');
}

async function readCa(file: string): Promise<string> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null || bytes.length > caBytesMax || !bytes.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Fault('invalid', `${file} holds no certificate in PEM form.`);
  }
  return bytes.toString('latin1');
}

function jsonOf({ host, port }: Target, { seen, findings, grade }: TlsScanned): object {
  return { host, port, grade, findings: findings.map((one) => ({ ...one, said: sayTlsFinding(language, one) })), seen };
}

const letters: Readonly<Partial<Record<TlsScanned['grade'], string>>> = {
  T: 'T (not trusted)',
  M: 'M (another name)',
};
const marks: Readonly<Record<Finding['severity'], string>> = { alarm: '!!', warning: '! ', note: '  ' };

function linesOf(host: string, { seen, findings, grade }: TlsScanned): readonly string[] {
  const [leaf] = seen.chain.certificates;
  return [
    `${host}: ${letters[grade] ?? grade}`,
    `  ${seen.protocols.join(', ') || 'no version of TLS'}; keys by ${seen.groups[0] ?? seen.legacyGroups[0] ?? 'none'}`,
    ...(leaf === undefined ? [] : [`  certificate until ${leaf.until}, ${Math.round(leaf.lifeLeft * 100)} % left`]),
    ...(findings.length === 0 ? ['  Nothing to mend was found.'] : findings.flatMap(findingLines)),
  ].map(visible);
}

function findingLines(finding: Finding): readonly string[] {
  const said = sayTlsFinding(language, finding);
  if (said === null) return [`${marks[finding.severity]} ${finding.code}`];
  return ['', `${marks[finding.severity]} ${said.what}`, `   ${said.seen} ${said.why}`, `   ${said.mend}`];
}

/** What a certificate says is a stranger's text: it must not take hold of a terminal. */
function visible(line: string): string {
  return line.replaceAll(/\p{C}/gu, '·').slice(0, 2_000);
}

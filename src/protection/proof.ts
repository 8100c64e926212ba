import { createVisitor, EgressFault, type Lookup, type Visited } from '#kit/egress';
import { liesUnder } from './hosts.ts';
import type { ProofWanted } from './shapes.ts';

/** How a host is reached while its proof is looked for. */
export type ProofReach = {
  readonly resolve: Lookup;
  readonly allowPrivate: boolean;
  /** Of plain http; null where nobody knows it. */
  readonly plainPort: number | null;
};

type Shown = { readonly host: string; readonly token: string };
export type ProofLook = { readonly by: 'file' | 'dns' } | { readonly no: 'not_shown' | 'unreachable' };

const path = '/.well-known/glasspost-site-proof.txt';
const label = '_glasspost';
const prefix = 'glasspost-site=';
const requestMsMax = 5_000;
const answerBytesMax = 4_096;
const redirectsMax = 3;
const redirectStatus: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function proofWanted({ host, token }: Shown, port: number): ProofWanted {
  const place = port === 443 ? host : `${host}:${port}`;
  return {
    file: { url: `https://${place}${path}`, content: token },
    dns: { name: `${label}.${host}`, type: 'TXT', value: `${prefix}${token}` },
  };
}

/**
 * Looks for the proof: in DNS under the host or under a parent that showed its own token there, then as a file over https
 * and http. A certificate need not be good for this look: plain http is allowed too, so that it would prove nothing more,
 * and whoever wants to see a broken one must get through. Nothing is read but this one path, and no redirect leaves the host.
 * @param parents hosts of the same shop that were proven in DNS, with their tokens
 */
export async function lookForProof(
  reach: ProofReach,
  site: Shown & { readonly port: number },
  parents: readonly Shown[],
): Promise<ProofLook> {
  const above = parents.filter((parent) => liesUnder(site.host, parent.host));
  const answers = await Promise.all([site, ...above].map((one) => lookInDns(reach.resolve, one)));
  if (answers.includes(true)) return { by: 'dns' };
  const files = [await fetchProof(reach, site, 'https')];
  if (files[0] !== site.token && reach.plainPort !== null) files.push(await fetchProof(reach, site, 'http'));
  if (files.includes(site.token)) return { by: 'file' };
  return { no: files.every((file) => file === null) ? 'unreachable' : 'not_shown' };
}

/** Null when DNS did not answer. */
async function lookInDns(resolve: Lookup, { host, token }: Shown): Promise<boolean | null> {
  const texts = await resolve.texts(`${label}.${host}`);
  return texts?.some((text) => text.trim() === `${prefix}${token}`) ?? null;
}

/** What the file says; empty when it says nothing, null when nobody answered. */
async function fetchProof(
  { resolve, allowPrivate, plainPort }: ProofReach,
  { host, port }: { readonly host: string; readonly port: number },
  scheme: 'https' | 'http',
): Promise<string | null> {
  const { visit } = createVisitor({ resolve: async (name) => await addressesOf(resolve, name) });
  const ports = { https: port, http: plainPort ?? 0 };
  let url = `${scheme}://${host}${path}`;
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    const visited = await visit({
      method: 'GET',
      url,
      headers: { accept: 'text/plain' },
      ports,
      address: null,
      caPem: null,
      allowPrivate,
      timeoutMs: requestMsMax,
      answerBytesMax,
    } as const).catch((error: unknown) => {
      if (error instanceof EgressFault) return null;
      throw error;
    });
    if (visited === null) return redirects === 0 ? null : '';
    if (!redirectStatus.has(visited.status)) return visited.status === 200 ? readProof(visited) : '';
    const next = nextUrl(url, visited.headers['location'], { host, plainPort });
    if (next === null) return '';
    url = next;
  }
  return '';
}

async function addressesOf(resolve: Lookup, name: string): Promise<readonly { readonly address: string }[]> {
  const found = await Promise.all([resolve.addresses(name, 4), resolve.addresses(name, 6)]);
  return found.flatMap((list) => list ?? []).map((address) => ({ address }));
}

/** The one line of a proof, whatever stands around it; empty for what is longer than a proof can be. Total. */
export function readProof({ bytes, cut }: Pick<Visited, 'bytes' | 'cut'>): string {
  if (cut) return '';
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
}

/** On the same host alone, on the ports that stand for 80 and 443. Total. */
export function nextUrl(
  from: string,
  location: string | undefined,
  { host, plainPort }: { readonly host: string; readonly plainPort: number | null },
): string | null {
  const url = location === undefined ? null : URL.parse(location, from);
  const isSame = url !== null && url.hostname === host && url.port === '' && url.username + url.password === '';
  if (!isSame) return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && plainPort !== null) ? url.href : null;
}

import { checkHttp } from '#kit/http';
import { Fault } from '#kit/fault';
import type { Asked, Here } from '../here.ts';
import { hostIn, isTrial, type NameSeen } from '../names.ts';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('ports');

type PlaceOfPorts = Pick<
  Place,
  | 'role'
  | 'isServing'
  | 'publicUrl'
  | 'host'
  | 'port'
  | 'plainPort'
  | 'domain'
  | 'hasDnsHook'
  | 'tlsFiles'
  | 'trustedProxies'
>;

/** What this machine sees of its own ports: `own` is null where it is not known or not to be asked. */
export type PortsSeen = {
  readonly own: Asked | null;
  /** Why a port cannot be opened, `EACCES`; while the program does not run. */
  readonly refused: readonly { readonly port: number; readonly code: string }[];
};

export async function lookAtPorts(place: PlaceOfPorts, here: Here | null): Promise<PortsSeen> {
  const { host, port, plainPort, tlsFiles, domain, role } = place;
  if (!place.isServing) {
    const wanted = [port, ...(plainPort === null ? [] : [plainPort])];
    return { own: null, refused: (await Promise.all(wanted.map((one) => refusalOf(place, one)))).flat() };
  }
  if (here === null || port === 0 || role === 'worker') return { own: null, refused: [] };
  const isSecure = tlsFiles !== null || domain.length > 0;
  const own = await here.ask({
    scheme: isSecure ? 'https' : 'http',
    host: domain[0] ?? (isSecure ? hostIn(place.publicUrl) : localOf(host)),
    address: localOf(host),
    port,
  });
  return { own, refused: [] };
}

/** Whoever listens on every address is found on loopback. */
function localOf(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

async function refusalOf(place: PlaceOfPorts, port: number): Promise<PortsSeen['refused']> {
  const { host, trustedProxies } = place;
  try {
    await checkHttp({ host, port, tls: { files: null, redirectPort: null }, trustedProxies, fronts: [] });
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { cause } = error;
    return [{ port, code: cause instanceof Error && 'code' in cause ? String(cause.code) : error.code }];
  }
}

export function portChecks(place: PlaceOfPorts, seen: PortsSeen, names: readonly NameSeen[]): readonly Check[] {
  if (place.role === 'worker') return [good('ports.worker')];
  const checks = [...aboutOwn(place, seen), ...aboutPlain(place), ...aboutProxy(names)];
  const isOpen = place.isServing && seen.own?.is === 'us' && checks.length === 0;
  if (!isOpen) return checks;
  const { port } = place;
  return [isTrial(place) ? good('ports.trial', { port }) : good('ports.good', { port })];
}

function aboutOwn({ isServing, host, port }: PlaceOfPorts, { own, refused }: PortsSeen): readonly Check[] {
  if (!isServing) {
    const wrong = refused.map(({ port: at, code }) => {
      // A service may be given the right that whoever looks at it by hand does not have.
      if (code === 'EACCES') return warning('ports.forbidden', { port: at });
      if (code === 'EADDRINUSE') return bad('ports.taken', { port: at });
      return code === 'EADDRNOTAVAIL'
        ? bad('ports.no_such_address', { host })
        : bad('ports.refused', { port: at, code });
    });
    return wrong.length > 0 ? wrong : [unknown('ports.stopped')];
  }
  if (own === null) return [unknown('ports.unknown')];
  if (own.is === 'us') return [];
  if (own.is === 'other') return [bad('ports.other', { port })];
  return own.reason === 'tls' ? [unknown('ports.no_certificate', { port })] : [bad('ports.closed', { port })];
}

/** Whoever types a name without https, and most authorities, come by port 80. */
function aboutPlain({ domain, tlsFiles, plainPort, hasDnsHook }: PlaceOfPorts): readonly Check[] {
  const isSecure = domain.length > 0 || tlsFiles !== null;
  if (!isSecure || plainPort !== null) return [];
  return [domain.length > 0 && !hasDnsHook ? warning('ports.no_plain_proof') : warning('ports.no_plain')];
}

function aboutProxy(names: readonly NameSeen[]): readonly Check[] {
  const arrivals = names.flatMap(({ asked }) => asked.flatMap(({ asked: one }) => (one?.is === 'us' ? [one] : [])));
  if (arrivals.some(({ forwarded }) => forwarded === 'not_believed')) return [bad('ports.proxy_not_believed')];
  const isAllSecure = names.every(({ port }) => port !== 80);
  return isAllSecure && arrivals.some(({ scheme }) => scheme === 'http') ? [warning('ports.proxy_silent')] : [];
}

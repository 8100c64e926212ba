// The ACME server of Caddy, in a network of its own: it looks at proofs on ports 80 and 443 only, and issues for 12 hours.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type ListenOptions } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EgressRoute } from '#kit/egress';
import type { Inside } from './inside.ts';
import { findProgram, startProgram, type Running } from './programs.ts';

export const caddyHost = 'ca.caddy.example';

export type Caddy = Running & {
  readonly directoryUrl: string;
  readonly route: EgressRoute;
  /** The socket behind which it speaks TLS, for a proxy. */
  readonly socketPath: string;
  /** Of what it issues, and of itself; PEM. */
  readonly rootPem: string;
};

const programs = ['caddy', 'unshare', 'ip', 'mount'];
const unshare = findProgram('unshare') ?? '';
const separate = ['--net', '--mount', '--pid', '--fork'] as const;

/** Why there is none, or false. */
export function caddyIsMissing(): string | false {
  const missing = programs.find((program) => findProgram(program) === null);
  if (missing !== undefined) return `no ${missing} on this machine`;
  // Root in a container may be root without this right.
  const { status } = spawnSync(unshare, [...separate, 'ip', 'link', 'set', 'lo', 'up'], { timeout: 5_000 });
  return status === 0 ? false : 'nobody may make a network of its own here';
}

const port = 15_443;
const prover = '127.0.0.2';

/** A folder, and where in it the servers listen that Caddy is to look at. */
export function makeCaddyFolder(): {
  readonly path: string;
  readonly http: ListenOptions;
  readonly tls: ListenOptions;
} {
  const path = mkdtempSync(join(tmpdir(), 'glasspost-caddy-'));
  return { path, http: { path: join(path, 'http') }, tls: { path: join(path, 'tls') } };
}

/** @param names that lead to the servers in the folder; removed with it when Caddy is closed */
export async function startCaddy(folder: string, names: readonly string[]): Promise<Caddy> {
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('hosts'), `127.0.0.1 localhost ${caddyHost}\n${prover} ${names.join(' ')}\n`);
  writeFileSync(at('Caddyfile'), caddyfile(at('data'), '127.0.0.1', port));
  const caddy = findProgram('caddy') ?? 'caddy';
  const inside: Inside = {
    command: [caddy, 'run', '--config', at('Caddyfile'), '--adapter', 'caddyfile'],
    carried: [
      { from: { path: at('ca') }, to: { host: '127.0.0.1', port } },
      { from: { host: prover, port: 80 }, to: { path: at('http') } },
      { from: { host: prover, port: 443 }, to: { path: at('tls') } },
    ],
  };
  // Networks and mounts without a name are gone with their last process, whatever ends it.
  const running = await startProgram(
    [
      unshare,
      ...[...separate, '--kill-child', '--', 'sh', '-c'],
      'ip link set lo up && mount --bind "$1" /etc/hosts && shift && exec "$@"',
      ...['sh', at('hosts'), process.execPath, fileURLToPath(new URL('inside.ts', import.meta.url))],
      JSON.stringify(inside),
    ],
    { cwd: folder, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder } },
    /serving initial configuration/,
  );
  const rootPem = readFileSync(at('data/pki/authorities/local/root.crt'), 'utf8');
  const outside = createServer((socket) => {
    const onward = connect(at('ca'));
    socket.on('error', () => onward.destroy()).pipe(onward);
    onward.on('error', () => socket.destroy()).pipe(socket);
  });
  outside.listen(0, '127.0.0.1');
  await once(outside, 'listening');
  const address = outside.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    directoryUrl: `https://${caddyHost}/acme/local/directory`,
    route: { hosts: { [caddyHost]: { address: '127.0.0.1', port: address.port } }, caPem: rootPem },
    socketPath: at('ca'),
    rootPem,
    close: async () => {
      outside.close();
      await running.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** An authority and nothing else. */
export function caddyfile(storage: string, address: string, securePort: number): string {
  return `{
  admin off
  storage file_system ${storage}
  auto_https disable_redirects
  skip_install_trust
  http_port 15080
  https_port ${securePort}
  pki {
    ca local {
      name "Glasspost test authority"
    }
  }
}
https://${caddyHost}:${securePort} {
  bind ${address}
  tls internal
  acme_server {
    ca local
  }
}
`;
}

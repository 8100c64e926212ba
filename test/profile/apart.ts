// Puts the program where it stands in the world: a network of its own in which ports 80 and 443 are free, with an authority
// and a name that lead there, and nothing else. What is in it ends with it, and nothing leaves it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authorityAt, names, shopAt } from './places.ts';
import { profileIsMissing } from './tools.ts';
import { caddyHost } from '../authorities/caddy.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const runner = [
  ...[
    '--disable-warning=ExperimentalWarning',
    '--import',
    './scripts/tsx.ts',
    '--import',
    './test/temporal-equality.ts',
  ],
  ...['--test', '--test-timeout=300000', '--test-reporter=./test/reporter.ts'],
  ...['--test-global-setup=./test/global-setup.ts', 'test/profile/own-profile.ts'],
];
const folder = mkdtempSync(join(tmpdir(), 'glasspost-apart-'));
const [hosts, resolver] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
writeFileSync(hosts, `127.0.0.1 localhost\n${authorityAt} ${caddyHost}\n${shopAt} ${names.join(' ')}\n`);
writeFileSync(resolver, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');

const apart = [
  ...['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--', 'sh', '-ec'],
  `ip link set lo up; ip addr add ${authorityAt}/32 dev lo; ip addr add ${shopAt}/32 dev lo
   mount --bind "$1" /etc/hosts; mount --bind "$2" /etc/resolv.conf; shift 2; exec "$@"`,
  ...['sh', hosts, resolver],
];
const why = profileIsMissing();
if (why !== false) console.log(`skipped our own profile: ${why}\n0 passed, 0 failed, 1 skipped`);
else {
  const [program = '', ...args] = [...apart, process.execPath, ...runner];
  const child = spawn(program, args, { cwd: project, stdio: 'inherit' });
  await once(child, 'exit');
  process.exitCode = child.exitCode ?? 1;
}
rmSync(folder, { recursive: true });

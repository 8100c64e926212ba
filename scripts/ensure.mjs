// The only file that must run on the Node the machine happens to have (20 or later): it installs what the lockfile
// says, once, and again whenever the lockfile changes. Everything after it runs on the Node that was installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.glasspost-lock');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (installed() !== wanted) {
  process.stderr.write('Installing Glasspost (once, from package-lock.json) …\n');
  const npm = process.env['npm_execpath'];
  if (npm === undefined) {
    process.stderr.write('Run this through npm: npm start, npm test or npm run glasspost.\n');
    process.exit(1);
  }
  const run = spawnSync(process.execPath, [npm, 'ci', '--ignore-scripts', '--loglevel=error', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (run.status !== 0) {
    process.stderr.write('The installation did not finish. Is the npm registry reachable? Run the command again.\n');
    process.exit(run.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

function installed() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return '';
  }
}

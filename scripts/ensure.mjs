// The only file that must run on the Node the machine happens to have (20 or later): it installs what the lockfile
// says, once, and again whenever the lockfile changes. Everything after it runs on the Node that was installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeMajor = 26;
const parentCheckMs = 200;
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
  const code = await install(npm);
  if (code !== 0) {
    process.stderr.write('The installation did not finish. Is the npm registry reachable? Run the command again.\n');
    process.exit(code);
  }
  if (
    !existsSync(join(root, 'node_modules', '.bin', 'node')) &&
    Number.parseInt(process.versions.node, 10) < nodeMajor
  ) {
    process.stderr.write(
      `Node ${nodeMajor} could not be installed for ${process.platform} on ${process.arch}. ` +
        `Install Node ${nodeMajor} or later yourself and run the command again.\n`,
    );
    process.exit(1);
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

/** Answers npm's exit code. Whoever stops us stops npm too: two installations at a time would spoil each other. */
function install(/** @type {string} */ npm) {
  const child = spawn(process.execPath, [npm, 'ci', '--ignore-scripts', '--loglevel=error', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  // npm's shell does not pass a signal on: that it is gone is all there is to see.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill();
  }, parentCheckMs).unref();
  return new Promise((/** @type {(code: number) => void} */ resolve) => {
    child.on('close', (code) => resolve(code ?? 1));
  });
}

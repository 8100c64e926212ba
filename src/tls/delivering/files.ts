import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleOf, type Pems } from './bundle.ts';

/** Readers that came to a folder before the change finish in it. */
const versionsKept = 3;
const modes = { folder: 0o755, open: 0o644, secret: 0o600 };

/** Where the files of a host are found: `<dir>/www.shop.example`, `<dir>/_wildcard.shop.example`. */
export function folderOf(directory: string, host: string): string {
  return join(directory, host.replace('*', '_wildcard'));
}

/** Whether these are what lies there. */
export async function areThere(directory: string, host: string, pems: Pems): Promise<boolean> {
  const folder = folderOf(directory, host);
  const wanted = Object.entries(bundleOf(pems));
  const found = await Promise.all(
    wanted.map(([name]) => readFile(join(folder, `${name}.pem`), 'utf8').catch(() => '')),
  );
  return wanted.every(([, text], at) => found[at] === text);
}

/**
 * Puts a certificate and its key where a server looks for them: `fullchain`, `cert`, `chain` and `privkey`, `.pem` each. They
 * are written into a new folder, which never changes again, and one link is switched over to it. Whoever opens files by way
 * of the folder that the link leads to has a pair that fits; nobody sees a file that is half written.
 * @param version tells it from others of the host
 */
export async function writeFiles(directory: string, host: string, version: string, pems: Pems): Promise<void> {
  const link = folderOf(directory, host);
  const name = link.slice(directory.length + 1);
  const versions = join(directory, '.versions', name);
  const before = await readlink(link).catch(() => '');
  // Files that somebody changed are not mended in place: that folder may be open.
  const fresh = join('.versions', name, before.endsWith(version) ? `${version}.again` : version);
  const folder = join(directory, fresh);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: modes.folder });
  for (const [file, text] of Object.entries(bundleOf(pems))) {
    const mode = file === 'privkey' ? modes.secret : modes.open;
    await writeFile(join(folder, `${file}.pem`), text, { mode, flag: 'wx' });
  }
  const prepared = join(directory, '.versions', `${name}.next`);
  await rm(prepared, { force: true });
  await makeLink(fresh, prepared, directory);
  await rename(prepared, link);
  await dropOld(versions, fresh);
}

/** A relative link that is right once it lies in the directory itself. */
async function makeLink(target: string, path: string, directory: string): Promise<void> {
  // Node's permission model lets nobody make a link who may not write everywhere.
  if (process.permission === undefined) await symlink(target, path);
  else await promisify(execFile)('/bin/ln', ['-s', '--', target, path], { cwd: directory, env: {}, timeout: 10_000 });
}

async function dropOld(versions: string, current: string): Promise<void> {
  // Their names begin with a time.
  const names = (await readdir(versions)).filter((name) => !current.endsWith(name)).toSorted();
  const old = names.slice(0, Math.max(0, names.length + 1 - versionsKept));
  for (const name of old) await rm(join(versions, name), { recursive: true, force: true });
}

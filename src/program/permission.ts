import { resolve } from 'node:path';
import { signedFolder } from '#privacy';
import type { Settings } from '../settings.ts';

type Needed = Pick<
  Settings,
  | 'dataDir'
  | 'keysDir'
  | 'databaseUrl'
  | 'tlsCert'
  | 'tlsKey'
  | 'acmeKey'
  | 'acmeDnsHook'
  | 'scanCa'
  | 'certificateDir'
  | (typeof secretFiles)[number]
>;

/** Secrets that may lie in files. */
const secretFiles = [
  'acmeKey',
  'keysPassphrase',
  'vaultToken',
  'vaultSecretId',
  'awsSecretAccessKey',
  'awsSessionToken',
] as const;

/** Files that a connection string may name (PostgreSQL's libpq, and `pg` after it). */
const filesInUrl = ['sslrootcert', 'sslcert', 'sslkey'];

/**
 * What Node's permission model must allow a process that serves beside a PostgreSQL of its own: to read the program, the
 * keys and its certificates, to write the data folder, what ledgers signed last and delivered certificates, and to use the
 * net. Without a program for DNS and without delivered certificates it starts no other program; it loads no add-on and
 * no worker, and cannot read what else lies on the machine. Three things are to be there before: folders to write, because
 * Node takes a path that is not there for a file; the keyring, because flushing a file to the disk is not allowed; and the
 * compiled pages in `node_modules/.cache`, because the compiler is a program of its own.
 * @param root the folder of the program; the process must run in it and have it as `HOME`, because the queue's library
 *   looks for its settings in every folder from there up to the home folder
 * @param passwordFile where PostgreSQL's clients look for a password that DATABASE_URL does not name
 * @returns null where a database comes along, which is another program to start
 */
export function permissionFlags(root: string, settings: Needed, passwordFile: string | null): readonly string[] | null {
  const { dataDir, keysDir, databaseUrl, tlsCert, tlsKey, acmeDnsHook, scanCa, certificateDir } = settings;
  if (databaseUrl === null) return null;
  const query = URL.parse(databaseUrl)?.searchParams;
  const secrets = secretFiles.map((name) => settings[name]).filter((set) => set?.startsWith('/') === true);
  const inUrl = filesInUrl.map((name) => query?.get(name) ?? null);
  const named = [...inUrl, passwordFile, ...secrets.map((path) => path ?? null), scanCa];
  const read = [root, dataDir, keysDir, tlsCert, tlsKey, certificateDir, ...named].filter((path) => path !== null);
  return [
    '--permission',
    '--allow-net',
    // Programs for records in DNS and for servers to reload are others to start; which, Node's model cannot say. And `ln`
    // makes the links between delivered files, which a confined process may not.
    ...(acmeDnsHook === null && certificateDir === null ? [] : ['--allow-child-process']),
    ...read.map((path) => `--allow-fs-read=${resolve(path)}`),
    `--allow-fs-write=${dataDir}`,
    `--allow-fs-write=${signedFolder(keysDir)}`,
    ...(certificateDir === null ? [] : [`--allow-fs-write=${certificateDir}`]),
  ];
}

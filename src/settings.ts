import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readFronts } from '#kit/http';
import { directoryOf } from '#tls';
import {
  addressList,
  file,
  folder,
  hostNames,
  isOrigin,
  isServer,
  listed,
  optional,
  setting,
  urlOf,
  whole,
  type Setting,
} from './settings/shapes.ts';
import { keyRows } from './settings/key-rows.ts';
import { together, type Wrong } from './settings/together.ts';

const rows = {
  dataDir: setting({
    variable: 'GLASSPOST_DATA_DIR',
    meaning: 'Folder of the embedded database and of what the program writes',
    limit: 'a path of any length',
    shape: folder('./data'),
    shownDefault: './data',
  }),
  keysDir: setting({
    variable: 'GLASSPOST_KEYS_DIR',
    meaning: 'Folder of the keyring; without it nobody can read the data, so back it up apart from the data',
    limit: 'a path outside the data folder',
    shape: folder('./keys'),
    shownDefault: './keys',
  }),
  ...keyRows,
  databaseUrl: setting({
    variable: 'DATABASE_URL',
    meaning: 'PostgreSQL to use instead of the embedded one',
    limit: 'PostgreSQL 15 or later',
    shape: urlOf('postgres:', 'postgresql:'),
    shownDefault: 'the embedded PostgreSQL',
    secret: true,
  }),
  host: setting({
    variable: 'GLASSPOST_HOST',
    meaning: 'Address to listen on; other than loopback only with HTTPS or behind a named proxy',
    limit: 'an address of this machine',
    shape: z.string().default('127.0.0.1'),
    shownDefault: '127.0.0.1',
  }),
  port: setting({
    variable: 'GLASSPOST_PORT',
    meaning: 'Port to listen on; 0 takes a free one',
    limit: '0 to 65535',
    shape: z.string().default('4600').pipe(whole(0, 65_535)),
    shownDefault: '4600',
  }),
  publicUrl: setting({
    variable: 'GLASSPOST_PUBLIC_URL',
    meaning: 'Address by which customers reach this house; links in mails use it',
    limit: 'http:// or https://, nothing behind the host',
    shape: urlOf('http:', 'https:').refine((url) => url === null || isOrigin(url), {
      message: 'must have nothing behind the host',
    }),
    shownDefault: 'the address it listens on',
  }),
  tlsCert: setting({
    variable: 'GLASSPOST_TLS_CERT',
    meaning: 'PEM file with the certificate chain; read again when it changes',
    limit: 'together with GLASSPOST_TLS_KEY',
    shape: file,
    shownDefault: 'no HTTPS',
  }),
  tlsKey: setting({
    variable: 'GLASSPOST_TLS_KEY',
    meaning: 'PEM file with the private key of the certificate',
    limit: 'together with GLASSPOST_TLS_CERT',
    shape: file,
    shownDefault: 'no HTTPS',
  }),
  plainPort: setting({
    variable: 'GLASSPOST_PLAIN_PORT',
    meaning:
      'Port on which plain HTTP is sent on to HTTPS and authorities look for proofs; only with a certificate or GLASSPOST_DOMAIN',
    limit: '1 to 65535',
    shape: whole(1, 65_535)
      .optional()
      .transform((number) => number ?? null),
    shownDefault: 'none',
  }),
  domain: setting({
    variable: 'GLASSPOST_DOMAIN',
    meaning:
      'Names that this house gets certificates for by itself, the first being that of its address. Setting it agrees to the terms of the authorities in GLASSPOST_ACME_DIRECTORY',
    limit: 'host names, separated by commas, 100 at the most; *.name needs GLASSPOST_ACME_DNS_HOOK',
    shape: hostNames(),
    shownDefault: 'none',
  }),
  certificateHosts: setting({
    variable: 'GLASSPOST_CERTIFICATE_HOSTS',
    meaning:
      'Names of the shop\u2019s other servers: certificates for them are ordered and renewed too, and delivered as files or fetched; never served here. Setting it agrees to the same terms',
    limit:
      'host names, separated by commas, 100 at the most, none of GLASSPOST_DOMAIN; *.name needs GLASSPOST_ACME_DNS_HOOK',
    shape: hostNames(),
    shownDefault: 'none',
  }),
  certificateDir: setting({
    variable: 'GLASSPOST_CERTIFICATE_DIR',
    meaning: 'Folder in which each of these names has its files: fullchain.pem, privkey.pem, cert.pem and chain.pem',
    limit: 'a path apart from the data folder and the keys; needs GLASSPOST_CERTIFICATE_HOSTS',
    shape: file,
    shownDefault: 'no files',
  }),
  certificateReload: setting({
    variable: 'GLASSPOST_CERTIFICATE_RELOAD',
    meaning: 'Program that has a server take its new files: called with the name and its folder after each change',
    limit: 'a path; it ends with 0 within 2 minutes; needs GLASSPOST_CERTIFICATE_DIR',
    shape: file,
    shownDefault: 'none',
  }),
  acmeDirectories: setting({
    variable: 'GLASSPOST_ACME_DIRECTORY',
    meaning: 'Certificate authorities, the preferred first; the next is asked when one cannot or may not issue',
    limit:
      'letsencrypt, letsencrypt-staging, google, zerossl, sslcom or addresses of ACME directories, separated by commas, 5 at the most',
    shape: listed('letsencrypt').transform((texts, context) => {
      const directories = texts.map(directoryOf).filter((directory) => directory !== null);
      if (directories.length === texts.length && texts.length >= 1 && texts.length <= 5) return directories;
      context.addIssue({ code: 'custom', message: 'must be 1 to 5 known names or addresses that start with https://' });
      return z.NEVER;
    }),
    shownDefault: 'letsencrypt',
  }),
  acmeContact: setting({
    variable: 'GLASSPOST_ACME_CONTACT',
    meaning: 'E-mail address that certificate authorities may write to',
    limit: 'one address',
    shape: optional
      .refine((text) => text === undefined || /^[^\s,?&@]{1,64}@[^\s,?&@]{1,253}$/.test(text), 'must be one address')
      .transform((text) => text ?? null),
    shownDefault: 'none',
  }),
  acmeKeyId: setting({
    variable: 'GLASSPOST_ACME_EAB_KID',
    meaning: 'Key id of the account that the shop has with an authority already, for those that want one',
    limit: '512 characters, together with GLASSPOST_ACME_EAB_KEY',
    shape: optional.refine((text) => text === undefined || text.length <= 512, 'must have at most 512 characters'),
    shownDefault: 'none',
  }),
  acmeKey: setting({
    variable: 'GLASSPOST_ACME_EAB_KEY',
    meaning: 'Key of that account as the authority shows it, or a file that holds it',
    limit: 'base64url, or the path of a file that begins with /',
    shape: optional.refine(
      (text) => text === undefined || text.startsWith('/') || /^[\w-]{16,1024}={0,2}$/.test(text),
      'must be base64url or a path that begins with /',
    ),
    shownDefault: 'none',
    secret: true,
  }),
  acmeDnsHook: setting({
    variable: 'GLASSPOST_ACME_DNS_HOOK',
    meaning:
      'Program that puts records into DNS, for proofs where ports 80 and 443 do not lead here: called with add or remove, the name of a TXT record and its value',
    limit: 'a path; it ends with 0 within 2 minutes, when the record can be seen',
    shape: file,
    shownDefault: 'none',
  }),
  fronts: setting({
    variable: 'GLASSPOST_FRONT',
    meaning:
      'Names of the shop\u2019s own server that this house ends TLS for, each with the address its requests are passed on to',
    limit: 'name=http://host:port or name=https://host:port, separated by commas, 20 at the most',
    shape: listed('').transform((texts, context) => {
      const fronts = readFronts(texts);
      if (!('no' in fronts)) return fronts;
      context.addIssue({ code: 'custom', message: fronts.no });
      return z.NEVER;
    }),
    shownDefault: 'none',
  }),
  trustedProxies: setting({
    variable: 'GLASSPOST_TRUSTED_PROXIES',
    meaning: 'Proxies that may say who is calling and over which protocol',
    limit: 'addresses or networks, separated by commas, 50 at the most',
    shape: listed('').refine((list) => list.length <= 50, 'must name at most 50'),
    shownDefault: 'none',
  }),
  webProcesses: setting({
    variable: 'GLASSPOST_WEB_PROCESSES',
    meaning: 'How many processes serve this address together; the limits of requests are divided among them',
    limit: '1 to 64',
    shape: z.string().default('1').pipe(whole(1, 64)),
    shownDefault: '1',
  }),
  smtpUrl: setting({
    variable: 'GLASSPOST_SMTP_URL',
    meaning: 'Mail server that sends the shops\u2019 mails; until it is set they go to the mailbox in the console',
    limit: 'smtp:// or smtps://',
    shape: urlOf('smtp:', 'smtps:'),
    shownDefault: 'the mailbox inside',
    secret: true,
  }),
  smtpOperator: setting({
    variable: 'GLASSPOST_SMTP_OPERATOR',
    meaning: 'Who runs that mail server: it stands among those who got personal data. "self" when the shop does',
    limit: '100 characters',
    shape: z.string().max(100).optional(),
    shownDefault: 'the host of GLASSPOST_SMTP_URL',
  }),
  dnsServers: setting({
    variable: 'GLASSPOST_DNS',
    meaning:
      'DNS servers that are asked about the shops\u2019 hosts, the records of their mail domains and, by `doctor`, the own names',
    limit: 'addresses, with a port where it is not 53, separated by commas, 5 at the most',
    shape: listed('').refine(
      (list) => list.length <= 5 && list.every(isServer),
      'must be addresses such as 192.0.2.53 or [2001:db8::53]:5353',
    ),
    shownDefault: 'those of this machine',
  }),
  scanPrivate: setting({
    variable: 'GLASSPOST_SCAN_PRIVATE',
    meaning:
      'Whether hosts that lead to loopback or a private network are scanned too: for a trial, or where DNS answers otherwise inside',
    limit: 'on or off',
    shape: z.enum(['on', 'off']).default('off'),
    shownDefault: 'off',
  }),
  scanCa: setting({
    variable: 'GLASSPOST_SCAN_CA',
    meaning: 'PEM file with the only authorities that scans believe, where the hosts have certificates of an own one',
    limit: 'the path of a file',
    shape: file,
    shownDefault: 'those of browsers',
  }),
  staffMail: setting({
    variable: 'GLASSPOST_STAFF_MAIL',
    meaning:
      'Who is told by mail what customers see, or will see, of the shop\u2019s hosts, and that a canary was used',
    limit: 'addresses, separated by commas, 5 at the most',
    shape: listed('').refine(addressList(5), 'must be addresses, 5 at the most'),
    shownDefault: 'the address in GLASSPOST_ACME_CONTACT',
  }),
  sample: setting({
    variable: 'GLASSPOST_SAMPLE',
    meaning: 'Whether an empty installation opens with the sample shop',
    limit: 'on or off',
    shape: z.enum(['on', 'off']).default('on'),
    shownDefault: 'on',
  }),
  role: setting({
    variable: 'GLASSPOST_ROLE',
    meaning:
      'What this process does of the work: all, web (pages and API) or worker (notices, carriers, timers). Several processes share one DATABASE_URL and one keyring, each with a data folder of its own',
    limit: 'all, web or worker; web and worker need DATABASE_URL and GLASSPOST_SMTP_URL',
    shape: z.enum(['all', 'web', 'worker']).default('all'),
    shownDefault: 'all',
  }),
  permissions: setting({
    variable: 'GLASSPOST_PERMISSIONS',
    meaning:
      'Whether a process beside a PostgreSQL of its own confines itself with Node\u2019s permission model: it starts no other program and reads only its own folders and files',
    limit: 'on or off',
    shape: z.enum(['on', 'off']).default('on'),
    shownDefault: 'on',
  }),
  logLevel: setting({
    variable: 'GLASSPOST_LOG_LEVEL',
    meaning: 'What goes to the log file in the data folder',
    limit: 'info, warn, error or silent',
    shape: z.enum(['info', 'warn', 'error', 'silent']).default('info'),
    shownDefault: 'info',
  }),
};

type Rows = typeof rows;
export type Settings = { readonly [Name in keyof Rows]: Rows[Name] extends Setting<infer T> ? T : never };

export type ShownSetting = {
  readonly variable: string;
  readonly value: string;
  readonly from: 'environment' | 'default';
  readonly meaning: string;
  readonly limit: string;
};

/** @throws Fault('invalid') with a table of everything that is wrong, at once */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const { settings, wrong } = settingsAsRead(environment);
  if (wrong.length > 0) throw new Fault('invalid', `Some settings cannot be used:\n${table(wrong)}`);
  return settings;
}

/** Everything that is wrong, and the settings as if that were not set. */
export function settingsAsRead(environment: NodeJS.ProcessEnv = process.env) {
  const wrong: Wrong[] = [];
  const values: [string, unknown][] = [];
  for (const [name, row] of Object.entries<Setting<unknown>>(rows)) {
    const read = row.shape.safeParse(given(environment, row.variable));
    if (read.success) values.push([name, read.data]);
    else wrong.push([row.variable, read.error.issues.map((issue) => issue.message).join('; ')]);
  }
  for (const variable of Object.keys(environment)) {
    const known = Object.values<Setting<unknown>>(rows).some((row) => row.variable === variable);
    if (variable.startsWith('GLASSPOST_') && !variable.startsWith('GLASSPOST_TEST_') && !known) {
      wrong.push([variable, 'is not a setting; see `npm run -s glasspost -- settings`']);
    }
  }
  const unset = Object.entries<Setting<unknown>>(rows).map(
    ([name, row]) => [name, row.shape.parse(undefined)] as const,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each row's shape made the value of its name
  const read = Object.fromEntries(values) as Settings;
  return { settings: { ...Object.fromEntries(unset), ...read }, wrong: [...wrong, ...together(read)] };
}

/** Whether npm started this program and waits for it. */
export function isRunByNpm(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment['npm_lifecycle_event'] !== undefined;
}

/** This program's environment for a life in which `home` is its home folder; a password file is still found where it was. */
export function environmentAt(home: string, environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { HOME: before, PGPASSFILE: named = before === undefined ? undefined : join(before, '.pgpass') } = environment;
  return { ...environment, HOME: home, ...(named === undefined ? {} : { PGPASSFILE: named }) };
}

function given(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  const text = environment[variable]?.trim();
  return text === '' ? undefined : text;
}

function table(faults: readonly (readonly [string, string])[]): string {
  const width = Math.max(...faults.map(([variable]) => variable.length));
  return faults.map(([variable, text]) => `  ${variable.padEnd(width)}  ${text}`).join('\n');
}

/** Everything that can be set, with what counts now; secrets are masked. */
export function shownSettings(environment: NodeJS.ProcessEnv = process.env): readonly ShownSetting[] {
  return Object.values<Setting<unknown>>(rows).map((row) => {
    const text = given(environment, row.variable);
    return {
      variable: row.variable,
      value: text === undefined ? row.shownDefault : row.secret === true ? masked(text) : text,
      from: text === undefined ? 'default' : 'environment',
      meaning: row.meaning,
      limit: row.limit,
    };
  });
}

function masked(text: string): string {
  const url = URL.parse(text);
  return url === null ? '••••' : `${url.protocol}//${url.username === '' ? '' : '••••@'}${url.host}${url.pathname}`;
}

import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Fault } from '#kit/fault';
import type { SiteScan } from '#tls';
import { listOf, type Call } from '../command.ts';

export type Target = Pick<SiteScan, 'host' | 'port'>;
export type Asked = Pick<SiteScan, 'plainPort' | 'paths' | 'allowPrivate'> & Partial<Pick<SiteScan, 'caPem' | 'mail'>>;

const caBytesMax = 1024 * 1024;
const pathsMax = 10;
const pathCharactersMax = 1_000;
const selectorsMax = 10;
const usualPorts = { http: 80, https: 443 };
const name = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*$/;

/** What the words of the command ask for. @throws Fault('invalid') with what one of them should look like */
export async function readScan({ positionals, values }: Call): Promise<Asked & { readonly target: Target }> {
  const target = readTarget(positionals[0] ?? '');
  const usual = target.port === usualPorts.https ? usualPorts.http : null;
  const mail = readMail(values);
  return {
    target,
    plainPort: typeof values['http'] === 'string' ? readPort(values['http']) : usual,
    paths: readPaths(listOf(values['path'])),
    allowPrivate: values['allow-private'] === true,
    ...(mail == null ? {} : { mail }),
    ...(typeof values['ca'] === 'string' ? { caPem: await readCa(values['ca']) } : {}),
  };
}

/** `shop.example`, `shop.example:8443`, `192.0.2.1:443`, `[2001:db8::1]:443`. */
function readTarget(text: string): Target {
  const url = URL.parse(isIP(text) === 6 ? `https://[${text}]` : `https://${text}`);
  const isPlain = url !== null && /^\/?$/.test(url.pathname) && url.search + url.hash + url.username === '';
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '') ?? '';
  if (!isPlain || host === '') throw new Fault('invalid', 'A host looks like shop.example or shop.example:8443.');
  return { host, port: url.port === '' ? usualPorts.https : Number(url.port) };
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Fault('invalid', '--http takes a port from 1 to 65535.');
  return port;
}

function readPaths(paths: readonly string[]): readonly string[] {
  const isRight = paths.every((path) => /^\/[!-~]*$/.test(path) && path.length <= pathCharactersMax);
  if (!isRight || paths.length > pathsMax) {
    throw new Fault('invalid', `--path takes the path of a page, such as /checkout, ${pathsMax} times at the most.`);
  }
  return paths;
}

function readMail(values: Call['values']): SiteScan['mail'] | null {
  const selectors = listOf(values['selector']).map((one) => one.toLowerCase());
  const domain = typeof values['mail'] === 'string' ? values['mail'].toLowerCase() : null;
  if (domain === null && selectors.length > 0) throw new Fault('invalid', '--selector needs --mail.');
  if (domain === null) return null;
  if (![domain, ...selectors].every((one) => name.test(one)) || selectors.length > selectorsMax) {
    throw new Fault('invalid', `--mail takes a domain, --selector the name of a key, ${selectorsMax} at the most.`);
  }
  return { domain, selectors };
}

async function readCa(file: string): Promise<string> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null || bytes.length > caBytesMax || !bytes.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Fault('invalid', `${file} holds no certificate in PEM form.`);
  }
  return bytes.toString('latin1');
}

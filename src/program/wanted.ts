import { readFileSync } from 'node:fs';
import { Fault } from '#kit/fault';
import type { WantedCertificates } from '#tls';
import type { Settings } from '../settings.ts';

const keyShape = /^[\w-]{16,1024}={0,2}$/;

/**
 * What GLASSPOST_DOMAIN, GLASSPOST_FRONT, GLASSPOST_CERTIFICATE_HOSTS and their companions ask for; null without names.
 * @throws Fault('invalid')
 */
export function wantedCertificates(settings: Settings): WantedCertificates | null {
  const { domain, acmeDirectories, acmeContact, acmeKeyId, acmeKey, acmeDnsHook, plainPort } = settings;
  const { certificateHosts: hosts, certificateDir: directory, certificateReload: reload } = settings;
  if (domain.length === 0 && hosts.length === 0) return null;
  const fronted = domain.length === 0 ? [] : settings.fronts.map(({ name }) => name);
  return {
    names: [...domain, ...fronted.filter((name) => !domain.includes(name) && !isCovered(name, domain))],
    directories: acmeDirectories,
    contact: acmeContact,
    binding: acmeKeyId === undefined || acmeKey === undefined ? null : { keyId: acmeKeyId, macKey: keyIn(acmeKey) },
    dnsHook: acmeDnsHook,
    plainDoor: plainPort !== null,
    ...(hosts.length === 0 ? {} : { delivered: { hosts, directory, reload } }),
  };
}

/** Whether a wildcard is wanted that is good for this name too. */
function isCovered(name: string, domain: readonly string[]): boolean {
  return domain.includes(`*.${name.slice(name.indexOf('.') + 1)}`);
}

function keyIn(given: string): string {
  const key = given.startsWith('/') ? readKey(given) : given;
  if (!keyShape.test(key)) throw new Fault('invalid', `${given} holds no key of an authority: base64url in one line.`);
  return key.replace(/=+$/, '');
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new Fault('invalid', `The file ${file}, which GLASSPOST_ACME_EAB_KEY names, cannot be read.`, { cause });
  }
}

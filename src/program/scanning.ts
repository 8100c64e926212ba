import { readFileSync } from 'node:fs';
import { Fault } from '#kit/fault';
import type { ScanSettings } from '#protection';
import type { Settings } from '../settings.ts';

type Needed = Pick<Settings, 'domain' | 'fronts' | 'scanPrivate' | 'scanCa' | 'staffMail' | 'acmeContact'>;

/** Which hosts are this installation's own, and how hosts are scanned. @throws Fault('invalid') for a file without one */
export function scanSettings(settings: Needed, publicUrl: string): ScanSettings {
  const { domain, fronts, scanPrivate, scanCa, staffMail, acmeContact } = settings;
  const url = new URL(publicUrl);
  const port = url.port === '' ? 443 : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const names = [...(url.protocol === 'https:' ? [host] : []), ...domain.filter((name) => !name.startsWith('*.'))];
  const contact = acmeContact === null ? [] : [acmeContact];
  return {
    own: [
      ...[...new Set(names)].map((name) => ({ host: name, port, kind: 'track' as const })),
      ...fronts.map(({ name }) => ({ host: name, port, kind: 'shop' as const })),
    ],
    allowPrivate: scanPrivate === 'on',
    caPem: scanCa === null ? null : readAuthorities(scanCa),
    staff: staffMail.length > 0 ? staffMail : contact,
  };
}

function readAuthorities(file: string): string {
  const fault = (cause?: unknown) =>
    new Fault('invalid', `The file ${file}, which GLASSPOST_SCAN_CA names, holds no certificate in PEM form.`, {
      cause,
    });
  try {
    const text = readFileSync(file, 'latin1');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (cause) {
    throw fault(cause);
  }
  throw fault();
}

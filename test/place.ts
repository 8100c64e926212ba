import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '#doctor';

/** Where a house of a test or a bench stands: nobody opened its doors, and its folders are not there. */
export function placeAt(publicUrl: string, more: Partial<Place> = {}): Place {
  const folder = join(tmpdir(), 'glasspost-no-such-folder');
  return {
    ...{ role: 'all', isServing: false, publicUrl, host: '127.0.0.1', port: 0, plainPort: null, domain: [] },
    ...{ directories: [], hasDnsHook: false, tlsFiles: null, trustedProxies: [], hasOwnDatabase: false },
    ...{ dataDir: folder, keysDir: folder, tempDir: tmpdir(), logFile: join(folder, 'log') },
    ...{ smtpUrl: null, dnsServers: ['127.0.0.1:9'] },
    ...more,
  };
}

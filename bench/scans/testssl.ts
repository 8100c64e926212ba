import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { listed } from './facts.ts';

/** Facts about a server by their names; what was not looked at is not there. */
export type Facts = Readonly<Record<string, string>>;

const timeoutMs = 300_000;
const run = promisify(execFile);
const shape = z.array(z.object({ id: z.string(), finding: z.string() }));
const versions = {
  SSLv2: 'SSLv2',
  SSLv3: 'SSLv3',
  TLS1: 'TLSv1',
  TLS1_1: 'TLSv1.1',
  TLS1_2: 'TLSv1.2',
  TLS1_3: 'TLSv1.3',
};

export async function hasTestssl(): Promise<boolean> {
  return await run('testssl', ['--version'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/** @param folder holds `ca.pem`; the answer is kept there */
export async function factsByTestssl(host: string, port: number, folder: string): Promise<Facts> {
  const file = join(folder, `${port}.json`);
  const how = ['--quiet', '--color', '0', '--warnings', 'off', '--sneaky', '--ip', '127.0.0.1'];
  const words = [...how, '--add-ca', join(folder, 'ca.pem'), '--jsonfile', file, '-p', '-E', '-f', '-S', '-h'];
  // Its exit code counts what it found.
  await run('testssl', [...words, `${host}:${port}`], { timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }).catch(
    () => {},
  );
  return factsIn(shape.parse(JSON.parse(await readFile(file, 'utf8'))));
}

function factsIn(all: z.infer<typeof shape>): Facts {
  const told = new Map(all.map(({ id, finding }) => [id.replace(/ <.*>$/, ''), finding]));
  const facts: Record<string, string | undefined> = {
    ...Object.fromEntries(Object.entries(versions).map(([id, version]) => [version, offeredIn(told.get(id))])),
    ...suitesIn(all),
    curves: told.has('PFS_ECDHE_curves')
      ? listed((told.get('PFS_ECDHE_curves') ?? '').toLowerCase().split(' '))
      : undefined,
    key: told
      .get('cert_keySize')
      ?.replace(/ bits.*/, '')
      .toLowerCase(),
    signature: /md5|sha\d+/i.exec(told.get('cert_signatureAlgorithm') ?? '')?.[0].toLowerCase(),
    trust: /^(passed|failed)/.exec(told.get('cert_chain_of_trust') ?? '')?.[0],
    name: nameIn(told.get('cert_trust')),
    'valid from': told.get('cert_notBefore')?.replace(' ', 'T'),
    'valid until': told.get('cert_notAfter')?.replace(' ', 'T'),
    expired: yesIf(told.get('cert_expirationStatus'), /^expired/),
    served: told.get('certs_countServer'),
    'HTTP/2': yesIf(told.get('ALPN_HTTP2'), /^h2/),
    stapled: yesIf(told.get('OCSP_stapling'), /^offered/),
    HSTS: /=(\d+) seconds/.exec(told.get('HSTS_time') ?? '')?.[1],
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]])),
  );
}

function offeredIn(finding: string | undefined): string | undefined {
  return finding === undefined ? undefined : finding.startsWith('not offered') ? 'not offered' : 'offered';
}

function yesIf(finding: string | undefined, pattern: RegExp): string | undefined {
  return finding === undefined ? undefined : pattern.test(finding) ? 'yes' : 'no';
}

function nameIn(finding: string | undefined): string | undefined {
  return finding === undefined ? undefined : /^Ok via SAN/i.test(finding) ? 'matches' : 'differs';
}

/** `cipher-tls1_2_xc02c`. */
function suitesIn(all: z.infer<typeof shape>): Facts {
  const found = all.flatMap(({ id }) => {
    const [, version = '', code = ''] = /^cipher-(\w+)_x([0-9a-f]+)$/.exec(id) ?? [];
    return code === ''
      ? []
      : [{ version: version.replace(/^tls1$/, 'TLSv1').replace(/^tls1_/, 'TLSv1.'), code: code.padStart(4, '0') }];
  });
  const grouped = Map.groupBy(found, ({ version }) => version);
  return Object.fromEntries(
    [...grouped].map(([version, some]) => [`suites of ${version}`, listed(some.map(({ code }) => code))]),
  );
}

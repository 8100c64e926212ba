import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { listed, type Facts } from './facts.ts';

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
  const read = (id: string, reader: (finding: string) => string | undefined): readonly (string | undefined)[] => {
    const finding = told.get(id);
    return finding === undefined ? [] : [reader(finding)];
  };
  const facts: Readonly<Record<string, readonly (string | undefined)[]>> = {
    ...Object.fromEntries(Object.entries(versions).map(([id, version]) => [version, read(id, offeredIn)])),
    curves: read('PFS_ECDHE_curves', (finding) => listed(finding.toLowerCase().split(' '))),
    key: read('cert_keySize', (finding) => finding.replace(/ bits.*/, '').toLowerCase()),
    signature: read('cert_signatureAlgorithm', (finding) => /md5|sha\d+/i.exec(finding)?.[0].toLowerCase()),
    trust: read('cert_chain_of_trust', (finding) => /^(passed|failed)/.exec(finding)?.[0]),
    name: read('cert_trust', (finding) => (/^Ok via SAN/i.test(finding) ? 'matches' : 'differs')),
    'valid from': read('cert_notBefore', (finding) => finding.replace(' ', 'T')),
    'valid until': read('cert_notAfter', (finding) => finding.replace(' ', 'T')),
    expired: read('cert_expirationStatus', (finding) => yesIf(finding, /^expired/)),
    served: read('certs_countServer', (finding) => finding),
    'HTTP/2': read('ALPN_HTTP2', (finding) => yesIf(finding, /^h2/)),
    stapled: read('OCSP_stapling', (finding) => yesIf(finding, /^offered/)),
    HSTS: read('HSTS_time', (finding) => /=(\d+) seconds/.exec(finding)?.[1]),
  };
  const known = Object.entries(facts).flatMap(([name, [fact]]) => (fact === undefined ? [] : [[name, fact] as const]));
  return { ...Object.fromEntries(known), ...suitesIn(all) };
}

function offeredIn(finding: string): string {
  return finding.startsWith('not offered') ? 'not offered' : 'offered';
}

function yesIf(finding: string, pattern: RegExp): string {
  return pattern.test(finding) ? 'yes' : 'no';
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

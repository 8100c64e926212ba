// What our scan and Debian's testssl make of the same servers, fact by fact. Each disagreement goes to standard error with
// both opinions; a minute a server, two at once.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteScanned } from '#tls';
import { scanSiteAt } from '../../test/zoo/scan-kept.ts';
import { believed, broken, good, type Kept } from '../../test/zoo/servers.ts';
import { figure, type Figure } from '../parts/figures.ts';
import { factsOf, type Facts } from './facts.ts';
import { factsByTestssl, hasTestssl } from './testssl.ts';

const atOnce = 2;

/** One of each kind of thing that both of them look at. */
const names: ReadonlySet<string> = new Set([
  'TLS 1.2 and 1.3',
  'TLS 1.3 alone',
  'RSA of 2048 bits',
  'straight from the root',
  'two intermediates',
  'a fresh certificate for 6 days',
  'behind HTTP/2',
  'expired',
  'another name',
  'no intermediate',
  'self-signed',
  'unknown authority, served',
  'intermediates in wrong order',
  'RSA of 1024 bits',
  'signed with SHA-1',
  'TLS 1.0 and up',
  'TLS 1.1 and up',
  'TLS 1.2 alone',
  'CBC alone',
  'no forward secrecy',
  'NULL',
  'anonymous',
]);

export async function run(): Promise<readonly Figure[]> {
  if (!(await hasTestssl())) {
    process.stderr.write('testssl is not installed.\n');
    return [];
  }
  const folder = await mkdtemp(join(tmpdir(), 'glasspost-testssl-'));
  try {
    const waiting = [...broken, ...good].filter(({ name }) => names.has(name));
    const servers = waiting.length;
    const counts = { facts: 0, differ: 0 };
    const work = async (): Promise<void> => {
      for (let kept = waiting.shift(); kept !== undefined; kept = waiting.shift()) {
        const [ours, theirs] = await bothOf(kept, folder);
        compare(kept.name, ours, theirs, counts);
      }
    };
    await writeFile(join(folder, 'ca.pem'), believed);
    await Promise.all(Array.from({ length: atOnce }, work));
    return [
      figure('servers', servers),
      figure('facts that both know', counts.facts),
      figure('facts on which they differ', counts.differ),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bothOf(kept: Kept, folder: string): Promise<readonly [Facts, Facts]> {
  using zoo = await kept.start();
  const scanned: SiteScanned = await scanSiteAt(kept, zoo.port);
  return [factsOf(scanned), await factsByTestssl(kept.host ?? 'shop.example', zoo.port, folder)];
}

function compare(name: string, ours: Facts, theirs: Facts, counts: { facts: number; differ: number }): void {
  const suites = Object.keys(ours).filter((fact) => fact.startsWith('suites'));
  for (const fact of new Set([...Object.keys(theirs), ...suites])) {
    const [own, opinion] = [ours[fact] ?? 'none', theirs[fact] ?? 'none'];
    counts.facts += 1;
    if (own === opinion) continue;
    counts.differ += 1;
    process.stderr.write(`${name}: ${fact}\n  ours    ${own}\n  testssl ${opinion}\n`);
  }
}

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { realClock } from '#kit/clock';
import { scanTls, type TlsSeen } from '#tls';
import { believed, broken, good, type Kept } from '../../../test/zoo/servers.ts';
import { hasSslscan, opinionOf, type Opinion } from '../../../test/zoo/sslscan.ts';
import { groups } from './handshake/groups.ts';
import { suites } from './handshake/suites.ts';

const suiteCodes = new Map([...suites.values()].map(({ name, code }) => [name, hex(code)]));
const groupsByName = new Map([...groups.values()].map((group) => [group.name, group]));
const skip = (await hasSslscan()) ? false : 'sslscan is not installed';

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}

/** sslscan asks for no primes and no hybrids. */
function groupsIn(names: readonly string[], version: string): readonly string[] {
  return names
    .flatMap((name) => groupsByName.get(name) ?? [])
    .filter(({ isPrime, postQuantum }) => !isPrime && !postQuantum)
    .map(({ code }) => `${version} ${hex(code)}`);
}

/** What both of them look at. */
function sharedOf(seen: TlsSeen): Omit<Opinion, 'groups' | 'curve' | 'isExpired'> {
  const [leaf] = seen.chain.certificates;
  return {
    protocols: seen.protocols,
    suites: seen.suites
      .flatMap(({ version, names }) => names.map((name) => `${version} ${suiteCodes.get(name) ?? '?'}`))
      .toSorted(),
    primeBits: seen.primeBits,
    compression: seen.compression,
    key: leaf?.key ?? { type: '', bits: 0 },
    signature: leaf?.signature ?? '',
    subject: leaf?.subject.replace(/^CN=/, '') ?? '',
    isSelfSigned: seen.chain.trust === 'self_signed',
  };
}

function agreeOnGroups(kept: Kept, seen: TlsSeen, opinion: Opinion): void {
  const modern = opinion.groups.filter((group) => group.startsWith('TLSv1.3'));
  assert.deepEqual(groupsIn(seen.groups, 'TLSv1.3').toSorted(), modern, kept.name);
  // Before TLS 1.3 sslscan offers one curve at a time, which a certificate on another curve never gets past.
  const legacy = opinion.groups.filter((group) => !group.startsWith('TLSv1.3'));
  const own = new Set(groupsIn(seen.legacyGroups, seen.protocols.findLast((one) => one !== 'TLSv1.3') ?? ''));
  assert.deepEqual(
    legacy.filter((group) => !own.has(group)),
    [],
    kept.name,
  );
  if (opinion.key.type === 'rsa') assert.equal(legacy.length, own.size, kept.name);
}

suite('the scanner and sslscan agree', { skip }, () => {
  for (const kept of [...broken, ...good].filter(({ comparable }) => comparable)) {
    test(kept.name, async () => {
      using zoo = await kept.start();
      const host = kept.host ?? 'shop.example';
      const { seen } = await scanTls({
        host,
        port: zoo.port,
        address: '127.0.0.1',
        caPem: believed,
        allowPrivate: true,
        clock: realClock,
      });
      const opinion = await opinionOf(host, zoo.port);
      const { groups: _groups, curve, isExpired, key, ...others } = opinion;
      // Of elliptic keys it tells how hard they are, half of their length.
      const bits = curve === null ? key.bits : key.bits * 2;
      assert.deepEqual(sharedOf(seen), { ...others, key: { ...key, bits } });
      const [leaf] = seen.chain.certificates;
      assert.equal(leaf !== undefined && leaf.lifeLeft <= 0, isExpired);
      agreeOnGroups(kept, seen, opinion);
    });
  }
});

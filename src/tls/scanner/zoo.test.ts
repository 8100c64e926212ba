import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findingCodes, sayFinding, type SiteFinding, type SiteScanned } from '#tls';
import { scanKept } from '../../../test/zoo/scan-kept.ts';
import { broken, good, type Kept } from '../../../test/zoo/servers.ts';

function codesOf(scanned: SiteScanned, is: (finding: SiteFinding) => boolean): readonly string[] {
  return scanned.findings
    .filter(is)
    .map(({ code }) => code)
    .toSorted();
}

const keepsOut: ReadonlySet<string> = new Set(['no_tls12', 'no_tls', 'refuses_all', 'unreadable', 'no_certificate']);

/** Of the zoo's names no more is to be said than that they have no IPv6; an address has no records. */
function webNotesOf({ host, hasPage, found }: Kept): readonly string[] {
  const isSilent = !hasPage && !found.some((code) => keepsOut.has(code));
  return [...(host === '127.0.0.1' ? [] : ['dns.no_ipv6']), ...(isSilent ? ['https.no_page'] : [])];
}

async function expectFound(kept: Kept): Promise<void> {
  const scanned = await scanKept(kept);
  assert.deepEqual(
    codesOf(scanned, ({ severity }) => severity !== 'note'),
    kept.found.toSorted(),
  );
  assert.deepEqual(
    codesOf(scanned, ({ severity, part }) => severity === 'note' && part === 'tls'),
    kept.notes.toSorted(),
  );
  assert.deepEqual(
    codesOf(scanned, ({ part }) => part === 'web'),
    webNotesOf(kept),
  );
  assert.equal(scanned.grade, kept.grade);
  for (const one of scanned.findings) {
    const texts = ['de', 'en'].map((language) => Object.values(sayFinding(language, one) ?? {}).join(' '));
    assert.ok(texts[0] !== texts[1] && texts.every((text) => text !== '' && !/[{}]|\dT\d/.test(text)), one.code);
  }
}

suite('the scanner finds what is wrong with a server, and nothing else', () => {
  for (const kept of broken) test(kept.name, async () => await expectFound(kept));
});

suite('the scanner has nothing to say about a good server', () => {
  for (const kept of good) test(kept.name, async () => await expectFound(kept));
});

test('everything that can be found stands in the zoo, but for what takes a public authority or a page', () => {
  const kept = new Set(broken.flatMap(({ found, notes }) => found.concat(notes)));
  assert.deepEqual(
    findingCodes.filter((code) => !code.includes('.') && !kept.has(code)),
    ['too_few_timestamps', 'hsts_short'],
  );
});

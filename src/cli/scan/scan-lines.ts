import { formatMoment } from '#kit/words';
import { sayFinding, type SiteFinding, type SiteScanned, type TlsSeen } from '#tls';
import type { Target } from './read-scan.ts';

const language = 'en';
const columnsMax = 80;
const lineCharactersMax = 2_000;

const meanings: Readonly<Partial<Record<string, string>>> = { T: 'not trusted; ', M: 'another name; ' };

/** What matters first: the letters, what customers see or will see and how to mend it, and what is good to know. */
export function scanLines({ host, port }: Target, scanned: SiteScanned): readonly string[] {
  const { findings } = scanned;
  const of = (severity: SiteFinding['severity']) => findings.filter((one) => one.severity === severity);
  const [alarms, warnings, notes] = [of('alarm'), of('warning'), of('note')];
  const sections = [
    ...sectionOf(alarms, 'Customers see this, or their data lies open:'),
    ...sectionOf(warnings, 'This weakens the lock, or customers will see it:'),
    ...(alarms.length + warnings.length === 0 ? ['', 'Nothing to mend was found.'] : []),
    ...(notes.length === 0 ? [] : ['', 'Good to know (--json says more):', ...notes.flatMap(noteLines)]),
  ];
  const name = `${host.includes(':') ? `[${host}]` : host}${port === 443 ? '' : `:${port}`}`;
  return [name, ...summaryOf(scanned), ...sections].map(visible);
}

function summaryOf({ grade, observatory, tls }: SiteScanned): readonly string[] {
  const score = observatory === null ? 'no page to judge' : `${observatory.score} points by MDN’s HTTP Observatory`;
  return [
    ...rowOf('encryption', grade, tls === null ? 'nobody answers in TLS' : encryptionOf(tls, grade)),
    ...rowOf('page', observatory?.grade ?? null, score),
    ...(tls?.chain.certificates.slice(0, 1) ?? []).flatMap((leaf) => rowOf('certificate', null, lifeOf(leaf))),
  ];
}

function encryptionOf({ protocols, groups, legacyGroups }: TlsSeen, grade: SiteScanned['grade']): string {
  const [key] = [...groups, ...legacyGroups];
  const spoken = protocols.length === 0 ? 'no TLS' : protocols.map(versionName).join(', ');
  return (meanings[grade ?? ''] ?? '') + spoken + (key === undefined ? '' : `; keys by ${key}`);
}

function versionName(version: string): string {
  return version.replace(/v(\d)$/, version.startsWith('TLS') ? ' $1.0' : ' $1').replace('v', ' ');
}

function rowOf(name: string, letter: string | null, about: string): readonly string[] {
  return wrapped(about, `  ${name.padEnd(13)}${(letter ?? '').padEnd(4)}`, ' '.repeat(19));
}

function lifeOf({ until, lifeLeft }: { readonly until: string; readonly lifeLeft: number }): string {
  const moment = formatMoment(language, Temporal.Instant.from(until));
  return lifeLeft > 0 ? `until ${moment}; ${Math.round(lifeLeft * 100)} % of its life left` : `ran out ${moment}`;
}

function sectionOf(findings: readonly SiteFinding[], title: string): readonly string[] {
  return findings.length === 0 ? [] : ['', title, ...findings.flatMap(findingLines)];
}

function findingLines(finding: SiteFinding): readonly string[] {
  const said = sayFinding(language, finding);
  if (said === null) return ['', `* ${finding.code}`];
  return ['', ...wrapped(said.what, '* '), ...wrapped(said.why, '  '), ...wrapped(said.mend, '  → ', '    ')];
}

function noteLines(finding: SiteFinding): readonly string[] {
  return wrapped(sayFinding(language, finding)?.what ?? finding.code, '- ');
}

/** Lines of at most 80 columns, the first with a mark before it; a word that is longer stands alone. */
function wrapped(text: string, mark: string, margin = '  '): readonly string[] {
  const lines: string[] = [];
  let line = mark;
  let isEmpty = true;
  for (const word of visible(text).split(/ +/)) {
    if (!isEmpty && line.length + 1 + word.length > columnsMax) {
      lines.push(line);
      line = margin;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** What a certificate or a page says is a stranger's text: it must not take hold of a terminal. */
function visible(line: string): string {
  return line.replaceAll(/\p{C}/gu, '·').slice(0, lineCharactersMax);
}

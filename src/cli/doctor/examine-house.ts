import { sayCheck, type Check, type Examination } from '#doctor';
import { Fault } from '#kit/fault';
import type { Call } from '../command.ts';

const languages: ReadonlySet<string> = new Set(['en', 'de']);
const columnsMax = 80;
const nameWidth = 13;
const marks: Readonly<Record<Check['state'], string>> = { good: 'ok', warning: '!', bad: '!!', unknown: '-' };
const textMax = 2_000;

/** Is this installation well? Exit code 0 when nothing is bad, 1 when something is, 2 when it could not be looked at. */
export async function examineHouse({ world, values, json }: Call): Promise<number> {
  const language = values['language'] ?? 'en';
  if (typeof language !== 'string' || !languages.has(language)) {
    throw new Fault('invalid', 'A language is de or en.');
  }
  try {
    const examination = await world.examine();
    world.out(
      json ? JSON.stringify(jsonOf(examination, language), null, 2) : linesOf(examination, language).join('\n'),
    );
    return examination.checks.some(({ state }) => state === 'bad') ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    world.err(error.publicText);
    return 2;
  }
}

function jsonOf({ at, checks }: Examination, language: string): object {
  return { at, checks: checks.map((check) => ({ ...check, ...sayCheck(language, check) })) };
}

function linesOf({ checks }: Examination, language: string): readonly string[] {
  const shown = checks.flatMap((check, at) => {
    const { what, mend } = sayCheck(language, check);
    const name = checks[at - 1]?.name === check.name ? '' : check.name;
    const head = `${marks[check.state].padEnd(2)} ${name.padEnd(nameWidth)}`;
    const indent = ' '.repeat(head.length);
    const [first = '', ...others] = [...wrapped(what), ...wrapped(mend, '→ ')];
    return [`${head}${first}`, ...others.map((line) => `${indent}${line}`)];
  });
  return [...shown, '', summaryOf(checks, language)];
}

function summaryOf(checks: readonly Check[], language: string): string {
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  const [bad, warning] = [count('bad'), count('warning')];
  if (language === 'de')
    return bad + warning === 0 ? 'Nichts zu beheben.' : `Zu beheben (!!): ${bad}. Warnungen (!): ${warning}.`;
  return bad + warning === 0 ? 'Nothing to mend.' : `To mend (!!): ${bad}. Warnings (!): ${warning}.`;
}

/** What others say is shown as text: it must not take hold of a terminal. */
function wrapped(text: string, mark = ''): readonly string[] {
  const room = columnsMax - nameWidth - 3 - mark.length;
  const lines: string[] = [];
  for (const word of text
    .replaceAll(/\p{C}/gu, ' ')
    .slice(0, textMax)
    .split(' ')
    .filter((one) => one !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line, at) => `${at === 0 ? mark : ' '.repeat(mark.length)}${line}`);
}

// What `npm test` prints: the tests' own output as it comes, then the product's promises as the stories tell them, what
// was skipped and why, every failure with its place, and one last line of counts. A run that tested nothing is red.
import { basename, relative, resolve } from 'node:path';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

type Outcome = EventData.TestPass | EventData.TestFail;
type Verdict =
  | { readonly is: 'passed' | 'uncounted' }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'skipped'; readonly why: string };

type Tally = {
  passed: number;
  readonly failures: string[];
  readonly skips: string[];
  /** Chapter → its sentences, in the order in which they were tested. */
  readonly chapters: Map<string, string[]>;
};

const storyFile = /(?:^|\/)test\/stories\/(.+)\.test\.tsx?$/;

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const tally: Tally = { passed: 0, failures: [], skips: [], chapters: new Map() };
  for await (const event of events) {
    if (event.type === 'test:stdout') yield event.data.message;
    else if (event.type === 'test:stderr') process.stderr.write(event.data.message);
    else if (event.type === 'test:diagnostic') yield noteOf(event.data);
    else if (event.type === 'test:pass' || event.type === 'test:fail') count(tally, event.data, verdictOn(event.data));
  }
  if (tally.failures.length > 0 || tally.passed === 0) process.exitCode = 1;
  yield endOf(tally);
}

/** What a test said of itself; the runner's own counts come without a file. */
function noteOf(data: EventData.TestDiagnostic): string {
  if (data.file !== undefined) return `${shown(data.file)}: ${data.message}\n`;
  return data.level === 'info' ? '' : `${data.message}\n`;
}

/** A test or suite that failed only because something inside it did is not counted twice. */
function verdictOn(data: Outcome): Verdict {
  const skip = data.skip ?? data.todo ?? false;
  if (skip !== false) return { is: 'skipped', why: typeof skip === 'string' ? skip : 'no reason given' };
  if ('error' in data.details) {
    const { error } = data.details;
    const inside = 'failureType' in error && error.failureType === 'subtestsFailed';
    return inside ? { is: 'uncounted' } : { is: 'failed', why: reasonOf(error) };
  }
  if (data.details.type === 'suite') return { is: 'uncounted' };
  // The runner reports a file that declared no test as one passed test with the file's name.
  if (isFile(data)) return { is: 'failed', why: 'The file ended without declaring a test.' };
  return { is: 'passed' };
}

function count(tally: Tally, data: Outcome, verdict: Verdict): void {
  const place = `${shown(data.file ?? data.name)}${isFile(data) ? '' : `:${data.line ?? 0}  ${data.name}`}`;
  switch (verdict.is) {
    case 'uncounted':
      return;
    case 'passed':
      tally.passed += 1;
      tell(tally, data, `✓ ${data.name}`);
      return;
    case 'failed':
      tally.failures.push(`FAILED ${place}\n${indented(verdict.why)}`);
      tell(tally, data, `✗ ${data.name}`);
      return;
    case 'skipped':
      tally.skips.push(`skipped ${place}: ${verdict.why}`);
      tell(tally, data, `– ${data.name} (${verdict.why})`);
      return;
  }
}

/** `test/stories/1-the-lock.test.ts` is the chapter "1 the lock". */
function tell(tally: Tally, data: Outcome, sentence: string): void {
  const file = storyFile.exec((data.file ?? '').replaceAll('\\', '/'))?.[1];
  if (file === undefined) return;
  const chapter = file.replaceAll('-', ' ');
  tally.chapters.set(chapter, [...(tally.chapters.get(chapter) ?? []), sentence]);
}

function endOf(tally: Tally): string {
  const chapters = [...tally.chapters].map(([chapter, sentences]) => `${chapter}\n${indented(sentences.join('\n'))}`);
  const nothing = tally.passed + tally.failures.length === 0 ? ['No test ran: that is a failure.'] : [];
  const counts = `${tally.passed} passed, ${tally.failures.length} failed, ${tally.skips.length} skipped`;
  const blocks = [...chapters, tally.skips.join('\n'), ...tally.failures, ...nothing, counts];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function reasonOf(error: EventData.Error): string {
  const { cause } = error;
  // An assertion's message holds the difference already; its fields would say it again.
  if (cause instanceof Error) return readable(cause.name === 'AssertionError' ? String(cause.stack) : inspect(cause));
  if (cause === undefined) return readable(inspect(error));
  const ended = /exitCode: [1-9]\d*|signal: '\w+'/.exec(inspect({ ...error }))?.[0];
  return `${typeof cause === 'string' ? cause : inspect(cause)}${ended === undefined ? '' : ` (${ended})`}`;
}

/** An error as inspected, without the runner's own frames. */
function readable(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s+at .*(?:node:internal|node:async_hooks|Promise\.all)/.test(line));
  return lines.join('\n').replaceAll(`file://${process.cwd()}/`, '').replaceAll(`${process.cwd()}/`, '');
}

function isFile(data: Outcome): boolean {
  if (data.file === undefined || data.nesting > 0) return false;
  return resolve(data.name) === data.file || data.name === basename(data.file);
}

function shown(path: string): string {
  return relative(process.cwd(), resolve(path));
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

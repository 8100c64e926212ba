// A million damaged samples for all parsers of bytes from outside: none may throw what it does not promise, none may take
// longer than 50 ms.
import { figure, type Figure } from './parts/figures.ts';
import { lotsOf, mutant } from '../test/fuzz/mutate.ts';
import { tryParser, type Parser } from '../test/fuzz/parser.ts';
import { parsers } from '../test/fuzz/parsers.ts';

const mutantsUsually = 1_000_000;
const msMax = 50;
const shownMax = 3;

type Tried = { readonly count: number; readonly thrown: number; readonly slow: number; readonly slowestMs: number };

export async function run(count: number = mutantsUsually, seed = 1): Promise<readonly Figure[]> {
  const shares = parsers.reduce((sum, { share }) => sum + share, 0);
  const all: Tried[] = [];
  for (const parser of parsers) all.push(await tryOften(parser, Math.ceil((count * parser.share) / shares), seed));
  const sum = (of: (tried: Tried) => number): number => all.reduce((total, tried) => total + of(tried), 0);
  return [
    one('fuzz, parsers', parsers.length),
    one(
      'fuzz, mutants',
      sum((tried) => tried.count),
    ),
    one(
      'fuzz, unexpected throws',
      sum((tried) => tried.thrown),
      0,
    ),
    one(
      `fuzz, slower than ${msMax} ms`,
      sum((tried) => tried.slow),
      0,
    ),
    one('fuzz, slowest ms', Math.max(...all.map(({ slowestMs }) => slowestMs)), msMax),
  ];
}

function one(name: string, value: number, aim?: number): Figure {
  return figure(name, value, aim === undefined ? {} : { aim });
}

async function tryOften(parser: Parser, count: number, seed: number): Promise<Tried> {
  const lots = lotsOf(seed);
  const tried = { count, thrown: 0, slow: 0, slowestMs: 0 };
  for (let at = 0; at < count; at += 1) {
    const bytes = mutant(parser.samples, lots);
    const first = await timed(parser, bytes);
    // A pause of the whole program falls on whoever is running; what is really slow is slow again.
    const ms = first.ms > msMax ? Math.min(first.ms, (await timed(parser, bytes)).ms) : first.ms;
    tried.slowestMs = Math.max(tried.slowestMs, ms);
    if (ms > msMax) tried.slow += 1;
    if (first.error !== null) tried.thrown += 1;
    const what = first.error?.stack ?? (ms > msMax ? `${Math.round(ms)} ms` : null);
    if (what !== null && tried.thrown + tried.slow <= shownMax) sayFound(parser, what, bytes);
  }
  return tried;
}

function sayFound({ name }: Parser, what: string, bytes: Buffer): void {
  process.stderr.write(`${name}: ${what}\n  ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}\n`);
}

async function timed(
  parser: Parser,
  bytes: Uint8Array,
): Promise<{ readonly error: Error | null; readonly ms: number }> {
  // The time of this thread alone: what others do on the machine is not the parser's.
  const begun = process.threadCpuUsage();
  const error = await tryParser(parser, bytes);
  const { user, system } = process.threadCpuUsage(begun);
  return { error, ms: (user + system) / 1_000 };
}

if (import.meta.main)
  process.stdout.write(
    `${JSON.stringify(await run(Number(process.argv[2] ?? mutantsUsually), Number(process.argv[3] ?? 1)), null, 2)}\n`,
  );

// A million guessed links against the whole program on loopback, without the limits that would hold them up: how many
// open something, whether every refusal is the same byte for byte, and whether the time tells one from another.
import { randomBytes, randomInt } from 'node:crypto';
import type { StoredOrder } from '#orders';
import { figure, type Figure } from './parts/figures.ts';
import { openGuardHouse, type GuardHouse } from './links/guard-house.ts';
import { openLine, undated } from './links/guard-line.ts';
import { compareRanks } from './links/guard-ranks.ts';

const guessesUsually = 1_000_000;
const timedMax = 5_000;
const lineCount = 16;
const realCount = 200;
const tokenBytes = 20;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

type Links = {
  readonly real: readonly string[];
  readonly revoked: readonly string[];
  readonly expired: readonly string[];
};

export async function run(guessCount: number = guessesUsually): Promise<readonly Figure[]> {
  const ground = await openGuardHouse();
  try {
    const links = await makeLinks(ground);
    const [refusal] = await answersOf(ground.port, ['A'.repeat(27)]);
    if (refusal === undefined) throw new Error('there was no answer');
    const begun = performance.now();
    const guessed = await guess(ground.port, links, refusal, guessCount);
    const seconds = (performance.now() - begun) / 1_000;
    const timed = await time(ground.port, links, Math.min(timedMax, guessCount));
    return [
      one('links, guesses', guessCount),
      one('links, guesses that open something', guessed.hits, 0),
      one('links, refusals that differ in a byte', guessed.others, 0),
      one('links, guesses a second', guessCount / seconds),
      ...timed,
    ];
  } finally {
    await ground.close();
  }
}

function one(name: string, value: number, aim?: number): Figure {
  return figure(name, value, aim === undefined ? {} : { aim });
}

async function makeLinks({ house, database, clock, putOrder }: GuardHouse): Promise<Links> {
  const of = async (prefix: string): Promise<readonly StoredOrder[]> => {
    const orders: StoredOrder[] = [];
    for (let at = 0; at < realCount; at += 1) orders.push(await putOrder(`${prefix}${at}`));
    return orders;
  };
  const tokenOf = ({ orderId, linkGeneration }: StoredOrder): string =>
    house.orders.links.tokenOf(orderId, linkGeneration);
  const revoked = await of('R');
  const expired = await of('E');
  for (const order of revoked) await database.tx((tx) => house.orders.links.renew(tx, order));
  for (const { orderId, linkGeneration } of expired) {
    await database.tx((tx) => house.orders.links.expire(tx, [{ orderId, linkGeneration, at: clock.now() }]));
  }
  return { real: (await of('L')).map(tokenOf), revoked: revoked.map(tokenOf), expired: expired.map(tokenOf) };
}

async function answersOf(port: number, tokens: readonly string[]): Promise<readonly Buffer[]> {
  const line = await openLine(port);
  const answers: Buffer[] = [];
  for (const token of tokens) answers.push(undated(await line.get(`/t/${token}`)));
  line.close();
  return answers;
}

type Guessed = { readonly hits: number; readonly others: number };

async function guess(port: number, { real }: Links, refusal: Buffer, guessCount: number): Promise<Guessed> {
  const found = { hits: 0, others: 0 };
  const live = new Set(real);
  let left = guessCount;
  const work = async (): Promise<void> => {
    const line = await openLine(port);
    while (left > 0) {
      left -= 1;
      const token = left % 2 === 0 ? randomToken() : nearMiss(real[left % real.length] ?? '', left, live);
      const answer = undated(await line.get(`/t/${token}`));
      if (answer.toString('latin1', 9, 10) === '2') found.hits += 1;
      else if (!answer.equals(refusal)) found.others += 1;
    }
    line.close();
  };
  await Promise.all(Array.from({ length: lineCount }, work));
  return found;
}

function randomToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** What lies next to a real token: another letter, capitals turned, two letters swapped, one more, one less. */
function nearMiss(real: string, seed: number, live: ReadonlySet<string>): string {
  const at = seed % real.length;
  const letter = letters[(letters.indexOf(real.charAt(at)) + 1 + (seed % 63)) % 64] ?? 'A';
  const made = [
    real.slice(0, at) + letter + real.slice(at + 1),
    real.slice(0, at) + turned(real.charAt(at)) + real.slice(at + 1),
    real.slice(0, at) +
      real
        .slice(at, at + 2)
        .split('')
        .toReversed()
        .join('') +
      real.slice(at + 2),
    real + letter,
    real.slice(0, at) + real.slice(at + 1),
    `${real}=`,
  ][seed % 6];
  return made === undefined || live.has(made) ? randomToken() : made;
}

function turned(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
}

/** One at a time and in an order drawn anew each round: what came before, and what else the machine does, falls on all. */
async function time(port: number, { real, revoked, expired }: Links, rounds: number): Promise<readonly Figure[]> {
  const kinds = {
    unknown: () => randomToken(),
    'unknown again': () => randomToken(),
    revoked: (at: number) => revoked[at % revoked.length] ?? '',
    expired: (at: number) => expired[at % expired.length] ?? '',
    open: (at: number) => real[at % real.length] ?? '',
  };
  const names = ['unknown', 'unknown again', 'revoked', 'expired', 'open'] as const;
  const times: Record<keyof typeof kinds, number[]> = {
    unknown: [],
    'unknown again': [],
    revoked: [],
    expired: [],
    open: [],
  };
  const line = await openLine(port);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of drawn(names)) {
      const path = `/t/${kinds[name](round)}`;
      const begun = performance.now();
      await line.get(path);
      times[name].push(performance.now() - begun);
    }
  }
  line.close();
  return names.flatMap((name) => {
    const { probability, z } = compareRanks(times[name], times.unknown);
    const measured = one(`links, ${name}, median µs`, middle(times[name]) * 1_000);
    if (name === 'unknown') return [measured];
    return [
      measured,
      one(`links, ${name} slower than unknown, probability`, probability),
      one(`links, ${name} against unknown, z`, z),
    ];
  });
}

function drawn<T>(list: readonly T[]): readonly T[] {
  return list
    .map((item) => ({ item, lot: randomInt(2 ** 32) }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ item }) => item);
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

if (import.meta.main)
  process.stdout.write(`${JSON.stringify(await run(Number(process.argv[2] ?? guessesUsually)), null, 2)}\n`);

import { setTimeout } from 'node:timers/promises';
import type { Clock } from '#kit/clock';
import { Fault } from '#kit/fault';
import type { Log } from '#kit/log';
import { AcmeFault, ownProblem } from './problem.ts';
import { challengeFor, proofOf } from './proofs.ts';
import type {
  AcmeAuthorization,
  AcmeChallenge,
  AcmeChallengeKind,
  AcmeDirectory,
  AcmeOrder,
  AcmeProblemKind,
  AcmeProof,
} from './shapes.ts';
import { retryAfterMs } from './text.ts';
import type { Signer, Wire } from './wire.ts';

export type AcmeWish = {
  /** Host names in lower case, 1 to 100; `*.` only where proofs are given in DNS. */
  readonly names: readonly string[];
  /** One of the directory's; null leaves it to the authority. */
  readonly profile: string | null;
  /** `renewalIdOf` the certificate that this one takes the place of (RFC 9773 §5); null for the first. */
  readonly replaces: string | null;
};

export type AcmeProving = {
  /** What can be shown, what is preferred first. */
  readonly kinds: readonly AcmeChallengeKind[];
  /** Resolves when the proof can be seen from outside. */
  readonly show: (proof: AcmeProof) => Promise<void>;
  /** Called for everything that was shown, whatever came of it; what it throws is logged. */
  readonly hide: (proof: AcmeProof) => Promise<void>;
};

export type OrderCalls = {
  readonly wire: Wire;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
};

const namesMax = 100;
/** Not an address: its last label has a letter. */
const hostname = /^(?=.{1,253}$)(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[^.]*[a-z])[a-z0-9-]{1,63}$/;

/** A host name in lower case, or `*.` before one. */
export function isCertificateName(name: string): boolean {
  return hostname.test(name);
}

const waitMsMax = 5 * 60_000;
const stepMs = { first: 100, growth: 2, max: 5_000 };

/** Kinds by which an authority says that it does not take this `replaces`; the certificate is needed all the same. */
const aboutReplaces = new Set<AcmeProblemKind>(['alreadyReplaced', 'malformed', 'unauthorized', 'other']);

/** @throws Fault('invalid'), AcmeFault */
export async function placeOrder(calls: OrderCalls, wish: AcmeWish): Promise<AcmeOrder> {
  const directory = await calls.wire.directory();
  const able = ableWish(wish, directory);
  try {
    return await ask(calls, directory, able);
  } catch (error) {
    const isAbout = error instanceof AcmeFault && aboutReplaces.has(error.problem.kind);
    if (able.replaces === null || !isAbout) throw error;
    calls.log.info('certificate authority takes no replacement', { kind: error.problem.kind });
    return ask(calls, directory, { ...able, replaces: null });
  }
}

/** Each name once, and nothing that the authority does not know of. */
function ableWish({ names, profile, replaces }: AcmeWish, { profiles, renewalInfo }: AcmeDirectory): AcmeWish {
  const once = [...new Set(names)];
  if (once.length === 0 || once.length > namesMax || !once.every(isCertificateName)) {
    throw new Fault('invalid', `A certificate is ordered for 1 to ${namesMax} host names, in lower case.`);
  }
  if (profile !== null && !Object.hasOwn(profiles, profile)) throw new AcmeFault(ownProblem('invalidProfile', ''));
  return { names: once, profile, replaces: renewalInfo === null ? null : replaces };
}

async function ask({ wire, signer }: OrderCalls, directory: AcmeDirectory, wish: AcmeWish): Promise<AcmeOrder> {
  const { names, profile, replaces } = wish;
  const payload = {
    identifiers: names.map((value) => ({ type: 'dns', value })),
    ...(profile === null ? {} : { profile }),
    ...(replaces === null ? {} : { replaces }),
  };
  const order = wire.reader.order(await wire.post(signer, directory.newOrder, payload), null);
  const isWhole = order.names.length === names.length && names.every((name) => order.names.includes(name));
  if (!isWhole) throw new AcmeFault(ownProblem('unreadable', 'The order is for other names.'));
  return order;
}

/** Shows what the authority wants to see, and waits until it has seen it. Names proven before need nothing. */
export async function proveOrder(calls: OrderCalls, order: AcmeOrder, proving: AcmeProving): Promise<void> {
  const shown: AcmeProof[] = [];
  try {
    const looked: string[] = [];
    for (const url of order.authorizations) {
      const authorization = (await authorizationAt(calls, url)).value;
      if (!isOf(order, authorization)) throw new AcmeFault(ownProblem('unreadable', 'It asks about another name.'));
      if (authorization.status === 'valid') continue;
      const challenge = pendingChallenge(authorization, proving.kinds);
      const proof = proofOf(challenge, authorization.name, calls.signer.jwk);
      shown.push(proof);
      await proving.show(proof);
      if (challenge.status === 'pending') await calls.wire.post(calls.signer, challenge.url, {});
      looked.push(url);
    }
    // The authority looks at all of them meanwhile.
    for (const url of looked) {
      const seen = await decided(
        calls,
        () => authorizationAt(calls, url),
        ({ status }) => status === 'pending',
      );
      if (seen.status !== 'valid') throw refusalOf(seen);
    }
  } finally {
    for (const proof of shown) {
      await proving.hide(proof).catch((error: unknown) => calls.log.error('a proof stays visible', error));
    }
  }
}

function isOf({ names }: AcmeOrder, { name, wildcard }: AcmeAuthorization): boolean {
  return names.includes(wildcard ? `*.${name}` : name);
}

function pendingChallenge(authorization: AcmeAuthorization, kinds: readonly AcmeChallengeKind[]): AcmeChallenge {
  if (authorization.status !== 'pending') throw refusalOf(authorization);
  const challenge = challengeFor(authorization, kinds);
  if (challenge === null) throw new AcmeFault({ ...ownProblem('noChallenge', ''), name: authorization.name });
  return challenge;
}

/** The challenge that failed says why. */
function refusalOf({ name, status, challenges }: AcmeAuthorization): AcmeFault {
  const said = challenges.find(({ problem }) => problem !== null)?.problem;
  const problem = said ?? ownProblem('unauthorized', `The authorization is ${status}.`);
  return new AcmeFault({ ...problem, name: problem.name ?? name });
}

async function authorizationAt({ wire, signer, clock }: OrderCalls, url: string): Promise<Answered<AcmeAuthorization>> {
  const answer = await wire.post(signer, url, null);
  return {
    value: wire.reader.authorization(answer, url),
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], clock.now()),
  };
}

export async function orderAt(calls: OrderCalls, url: string): Promise<Answered<AcmeOrder>> {
  const answer = await calls.wire.post(calls.signer, url, null);
  return {
    value: calls.wire.reader.order(answer, url),
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], calls.clock.now()),
  };
}

/** How long to wait before the authority is asked again; null when it did not say. */
export type Answered<T> = { readonly value: T; readonly retryAfterMs: number | null };

/** Asks until it is decided, with the pauses that the authority wants, else with growing ones. @throws undecided */
export async function decided<T>(
  calls: OrderCalls,
  look: () => Promise<Answered<T>>,
  isOpen: (value: T) => boolean,
): Promise<T> {
  let waitedMs = 0;
  for (let step = stepMs.first; ; step = Math.min(step * stepMs.growth, stepMs.max)) {
    const { value, retryAfterMs: wanted } = await look();
    if (!isOpen(value)) return value;
    // An authority that says 0 is asked at our own pace.
    const ms = Math.max(wanted ?? 0, step);
    if (waitedMs + ms > waitMsMax) {
      const retryAt = calls.clock.now().add({ milliseconds: ms });
      throw new AcmeFault({ ...ownProblem('undecided', ''), retryAt });
    }
    await setTimeout(ms);
    waitedMs += ms;
  }
}

import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import type { Log } from '#kit/log';
import { dial, type Resolve } from './egress/dial.ts';
import { EgressFault, type EgressAnswer, type EgressRequest, type EgressRoute } from './egress/shapes.ts';
import { targetOf } from './egress/target.ts';
import { takeVisit, type Visit, type Visited } from './egress/visit.ts';

export {
  EgressFault,
  type EgressAnswer,
  type EgressReason,
  type EgressRequest,
  type EgressRoute,
} from './egress/shapes.ts';
export { createLookup, type Caa, type Lookup } from './egress/lookup.ts';
export type { Visit, Visited };
export { isPublicAddress } from './egress/addresses.ts';
export { findAddresses, openProber, systemResolve, type ProbeTarget, type Prober } from './egress/probe.ts';
export type { Resolve };

/**
 * The only dialler for HTTPS out of the house. It reaches the hosts that the request names and nothing else: `https:` on
 * port 443, public addresses only, checked in the path of the connection; no proxy, no redirect, no connection kept.
 */
export type Egress = {
  /**
   * With a route, the hosts of its table are reached on loopback under its own authority, and every other host is
   * refused: who has a route never comes to the real one.
   * @throws EgressFault, a Fault('unavailable') with the reason; the log gets host, status and reason, never the url
   */
  readonly send: (request: EgressRequest, route: EgressRoute | null) => Promise<EgressAnswer>;
};

const timeoutMs = 10_000;
const answerBytesMax = 2 * 1024 * 1024;
const underWayMax = 100;

/** Set by the connection alone; a caller that names one of them could split a request or send it elsewhere. */
const ownHeaders =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i;

/** @param needs `resolve` is the system's resolver unless a test gives another */
export function createEgress(needs: { readonly log: Log; readonly resolve?: Resolve }): Egress {
  const resolve: Resolve = needs.resolve ?? ((host) => lookup(host, { all: true }));
  let underWay = 0;

  const send = async (request: EgressRequest, route: EgressRoute | null): Promise<EgressAnswer> => {
    const target = targetOf(request.url, request.hosts, route);
    if ('no' in target) throw new EgressFault(target.no, target.host, null);
    const { host, path, loopbackPort } = target;
    if (Object.keys(request.headers).some((name) => ownHeaders.test(name))) {
      throw new EgressFault('refused_header', host, null);
    }
    if (underWay >= underWayMax) throw new EgressFault('busy', host, null);
    underWay += 1;
    try {
      return await dial({
        request,
        host,
        path,
        loopback: route === null || loopbackPort === null ? null : { port: loopbackPort, caPem: route.caPem },
        timeoutMs: request.timeoutMs ?? timeoutMs,
        answerBytesMax: request.answerBytesMax ?? answerBytesMax,
        resolve,
      });
    } finally {
      underWay -= 1;
    }
  };

  return {
    send: async (request, route) => {
      const began = performance.now();
      try {
        const answer = await send(request, route);
        needs.log.info('egress answered', { ...seen(request, began), status: answer.status });
        return answer;
      } catch (error) {
        const reason = error instanceof EgressFault ? error.reason : 'broken';
        needs.log.warn('egress failed', { ...seen(request, began), reason });
        throw error;
      }
    },
  };
}

/** What the log may know of a request. */
function seen(request: EgressRequest, began: number): { readonly host: string; readonly ms: number } {
  return { host: URL.parse(request.url)?.hostname ?? '', ms: Math.round(performance.now() - began) };
}

/**
 * For looking at the shop's own hosts as a customer's browser sees them: plain HTTP too, a certificate that nobody believes
 * too, but no credential, no body, no redirect by itself, and private addresses only where the visit allows them.
 */
export type Visitor = {
  /** @throws EgressFault, a Fault('unavailable') with the reason */
  readonly visit: (visit: Visit) => Promise<Visited>;
};

const visitsUnderWayMax = 32;

export function createVisitor({ resolve }: { readonly resolve: Resolve }): Visitor {
  let underWay = 0;
  return {
    visit: async (visit) => {
      if (underWay >= visitsUnderWayMax) throw new EgressFault('busy', URL.parse(visit.url)?.hostname ?? '', null);
      underWay += 1;
      try {
        return await takeVisit(visit, resolve);
      } finally {
        underWay -= 1;
      }
    },
  };
}

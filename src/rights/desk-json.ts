import { showId } from '#kit/ids';
import { urgencyOf } from './requests/due.ts';
import type { PersonRequest, RequestStep } from './requests/requests.ts';
import type { RetentionReport, ShopClock } from './retention/retention.ts';

/** A request as programs read it, over HTTP and at the command line: times in UTC. */
export function requestJson(request: PersonRequest, now: Temporal.Instant) {
  const { requestId, personId, kind, via, evidence, receivedAt, dueAt, extendedAt, outcome, endedAt } = request;
  return {
    id: showId('req', requestId),
    person: personId === null ? null : showId('per', personId),
    kind,
    via,
    evidence,
    received_at: at(receivedAt),
    due_at: at(dueAt),
    urgency: urgencyOf(request, now),
    extended_at: extendedAt === null ? null : at(extendedAt),
    outcome,
    ended_at: endedAt === null ? null : at(endedAt),
  };
}

export function stepsJson(steps: readonly RequestStep[]) {
  return steps.map((step) => ({ at: at(step.at), actor: step.actor, step: step.step, note: step.note }));
}

export function clockJson({ name, days, houseDays, isOwn, from, limits, source }: ShopClock) {
  return {
    clock: name,
    days,
    house_days: houseDays,
    own: isOwn,
    from,
    at_least: limits?.atLeast ?? null,
    at_most: limits?.atMost ?? null,
    source,
  };
}

export function reportJson({ dryRun, ranAt, tookMs, restricted, lines }: RetentionReport) {
  return {
    dry_run: dryRun,
    ran_at: at(ranAt),
    took_ms: tookMs,
    restricted_persons: restricted,
    lines: lines.map(({ table, clock, before, rows, waiting, oldest }) => ({
      table,
      clock,
      before: at(before),
      rows,
      waiting,
      oldest: oldest === null ? null : at(oldest),
    })),
  };
}

function at(moment: Temporal.Instant): string {
  return moment.round('second').toString();
}

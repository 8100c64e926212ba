import { showId } from '#kit/ids';
import type { Privacy } from '#privacy';
import type { Case, CaseEntry } from './case.ts';

const why = { purpose: 'support', reader: 'staff' } as const;

/** A case as programs of the shop read it, over HTTP and at the command line: opened, times in UTC. */
export function caseJson(one: Case, privacy: Pick<Privacy, 'open'>) {
  const { callBack, orderSaid } = one;
  return {
    number: one.number,
    state: one.state,
    topic: one.topic,
    language: one.language,
    via: one.via,
    person: showId('per', one.personId),
    order: one.orderId === null ? null : showId('ord', one.orderId),
    order_said: orderSaid === null ? null : privacy.open(orderSaid, why),
    opened_at: at(one.openedAt),
    last_at: at(one.lastAt),
    waiting_since: one.waitingSince === null ? null : at(one.waitingSince),
    closed_at: one.closedAt === null ? null : at(one.closedAt),
    call_back:
      callBack === null
        ? null
        : {
            starts_at: at(callBack.startsAt),
            ends_at: at(callBack.endsAt),
            phone: callBack.phone === null ? null : privacy.open(callBack.phone, why),
            called: callBack.isCalled,
          },
  };
}

export type CaseJson = ReturnType<typeof caseJson>;

export function entryJson({ at: moment, kind, actor, words, forwarded }: CaseEntry, privacy: Pick<Privacy, 'open'>) {
  return {
    at: at(moment),
    kind,
    actor,
    words: words === null ? null : privacy.open(words, why),
    forwarded: forwarded?.outcome ?? null,
  };
}

function at(moment: Temporal.Instant): string {
  return moment.round('second').toString();
}

import type { UpsAccount } from './tokens.ts';

export type UpsQuotas = {
  /** Counts one call; gives the seconds to wait when it is one too many, else null. */
  readonly take: (clientId: string, now: Temporal.Instant) => number | null;
};

type Used = { readonly day: string; readonly callsToday: number; readonly lastSecond: readonly number[] };

/** The day's count starts anew at 00:00 UTC; a refused call counts towards nothing. */
export function createUpsQuotas(accounts: readonly UpsAccount[]): UpsQuotas {
  const used = new Map<string, Used>();
  return {
    take: (clientId, now) => {
      const account = accounts.find((one) => one.clientId === clientId);
      if (account === undefined) return 1;
      const clock = now.toZonedDateTimeISO('UTC');
      const day = clock.toPlainDate().toString();
      const before = used.get(clientId);
      const ms = now.epochMilliseconds;
      const lastSecond = (before?.lastSecond ?? []).filter((call) => call > ms - 1_000);
      const callsToday = before?.day === day ? before.callsToday : 0;
      if (callsToday >= account.callsPerDay) {
        const midnight = clock.startOfDay().add({ days: 1 }).epochMilliseconds;
        return Math.ceil((midnight - ms) / 1_000);
      }
      if (lastSecond.length >= account.callsPerSecond) return 1;
      used.set(clientId, { day, callsToday: callsToday + 1, lastSecond: [...lastSecond, ms] });
      return null;
    },
  };
}

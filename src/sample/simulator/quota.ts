/** A key of the simulated carrier and how much may be asked with it. */
export type SimulatedAccount = {
  readonly apiKey: string;
  readonly callsPerDay: number;
  readonly callsPerSecond: number;
};

/**
 * The keys that the simulated carrier knows. `standard` has the allowance that DHL gives a new key; `generous` is for
 * the one parcel that is shown on its way within minutes.
 */
export const simulatedAccounts = {
  standard: { apiKey: 'sample-dhl-standard', callsPerDay: 250, callsPerSecond: 1 },
  generous: { apiKey: 'sample-dhl-generous', callsPerDay: 20_000, callsPerSecond: 20 },
} as const satisfies Record<string, SimulatedAccount>;

export type Quotas = {
  /** Counts one call. */
  readonly take: (
    apiKey: string,
    now: Temporal.Instant,
  ) =>
    | { readonly ok: true }
    | { readonly no: 'unknown_key' }
    | { readonly no: 'too_many'; readonly retryAfterSeconds: number };
};

type Used = { day: string; callsToday: number; lastSecond: readonly number[] };

/** The day's count starts anew at 00:00 UTC; a refused call counts towards nothing. */
export function createQuotas(accounts: readonly SimulatedAccount[]): Quotas {
  const used = new Map<string, Used>();
  return {
    take: (apiKey, now) => {
      const account = accounts.find((one) => one.apiKey === apiKey);
      if (account === undefined) return { no: 'unknown_key' };
      const clock = now.toZonedDateTimeISO('UTC');
      const day = clock.toPlainDate().toString();
      const before = used.get(apiKey);
      const ms = now.epochMilliseconds;
      const lastSecond = (before?.lastSecond ?? []).filter((call) => call > ms - 1_000);
      const callsToday = before?.day === day ? before.callsToday : 0;
      if (callsToday >= account.callsPerDay) {
        const midnight = clock.startOfDay().add({ days: 1 }).epochMilliseconds;
        return { no: 'too_many', retryAfterSeconds: Math.ceil((midnight - ms) / 1_000) };
      }
      if (lastSecond.length >= account.callsPerSecond) return { no: 'too_many', retryAfterSeconds: 1 };
      used.set(apiKey, { day, callsToday: callsToday + 1, lastSecond: [...lastSecond, ms] });
      return { ok: true };
    },
  };
}

/** What the law keeps of a trade, whoever wishes it gone (Article 17(3)(b) GDPR). */
export const holdKinds = ['voucher', 'letter'] as const;
export type HoldKind = (typeof holdKinds)[number];

export type HoldLaw = {
  readonly kind: HoldKind;
  /** Counted from the end of the calendar year (§ 147 Abs. 4 AO, § 257 Abs. 5 HGB). */
  readonly years: number;
  readonly source: string;
};

/** German law, as of 1 January 2025. A shop elsewhere needs rows of its own. */
export const holdLaws: readonly HoldLaw[] = [
  {
    kind: 'voucher',
    years: 8,
    source: '§ 147 Abs. 1 Nr. 4, Abs. 3 AO; § 257 Abs. 1 Nr. 4, Abs. 4 HGB; BGBl. 2024 I Nr. 323 (BEG IV)',
  },
  { kind: 'letter', years: 6, source: '§ 147 Abs. 1 Nr. 2, 3, Abs. 3 AO; § 257 Abs. 1 Nr. 2, 3, Abs. 4 HGB' },
];

/** Where the calendar year of these laws ends. */
const zone = 'Europe/Berlin';

/** The last day on which a record of this kind is kept. */
export function lastDayOf(kind: HoldKind, placedAt: Temporal.Instant): Temporal.PlainDate {
  const { year } = placedAt.toZonedDateTimeISO(zone);
  const years = holdLaws.find((law) => law.kind === kind)?.years ?? 0;
  return Temporal.PlainDate.from({ year: year + years, month: 12, day: 31 });
}

/** Today, where these laws hold. */
export function todayOf(now: Temporal.Instant): Temporal.PlainDate {
  return now.toZonedDateTimeISO(zone).toPlainDate();
}

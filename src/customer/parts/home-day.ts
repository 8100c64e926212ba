import { formatDate } from '#kit/words';

/** Where shops and their customers are at home, for pages that tell of no place. */
export const homeZone = 'Europe/Berlin';

/** `27 November 2026` */
export function dayOf(language: string, at: Temporal.Instant): string {
  return formatDate(language, at.toZonedDateTimeISO(homeZone).toPlainDate());
}

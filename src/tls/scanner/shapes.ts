/** How bad: an alarm is seen by customers or opens their data; a warning will be one, or weakens the lock; a note is good to know. */
export type Severity = 'alarm' | 'warning' | 'note';
/** Letters after SSL Labs' rating guide: T not trusted, M another name. */
export type Grade = 'A+' | 'A' | 'A-' | 'B' | 'C' | 'D' | 'E' | 'F' | 'T' | 'M';
/** One thing found at a host. `code` names its words; `values` fills them: no personal data. */
export type Finding = {
  readonly code: string;
  readonly severity: Severity;
  /** The best grade that is left with it; null when it takes nothing away. */
  readonly cap: Grade | null;
  readonly values: Readonly<Record<string, string | number>>;
};

import type { Finding, Severity } from '../shapes.ts';

/** What a look at the web finds takes nothing from the grade of TLS. */
export function finding(code: string, severity: Severity, values: Finding['values'] = {}): Finding {
  return { code, severity, cap: null, values };
}

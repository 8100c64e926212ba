import type { Finding, Severity } from '../shapes.ts';
import { finding } from './finding.ts';
import type { TestResult } from './observatory/score.ts';
import type { Answer } from './seen.ts';

/**
 * What a result of the Observatory means to customers. Those that are not here mean nothing, or are said better elsewhere:
 * cookies, redirects, HSTS, scripts and CORS have findings of their own.
 */
const meanings: Readonly<Partial<Record<TestResult, readonly [code: string, severity: Severity]>>> = {
  'csp-not-implemented': ['csp.missing', 'warning'],
  'csp-not-implemented-but-reporting-enabled': ['csp.report_only', 'warning'],
  'csp-header-invalid': ['csp.invalid', 'warning'],
  'csp-implemented-with-unsafe-inline': ['csp.unsafe_inline', 'warning'],
  'csp-implemented-with-unsafe-eval': ['csp.unsafe_eval', 'warning'],
  'csp-implemented-with-insecure-scheme': ['csp.insecure_scheme', 'warning'],
  'csp-implemented-with-insecure-scheme-in-passive-content-only': ['csp.insecure_images', 'note'],
  'csp-implemented-with-unsafe-inline-in-style-src-only': ['csp.unsafe_style', 'note'],
  'csp-implemented-but-duplicate-directives': ['csp.repeated', 'note'],
  'cookies-anticsrf-without-samesite-flag': ['cookie.csrf_same_site', 'warning'],
  'referrer-policy-unsafe': ['referrer.unsafe', 'warning'],
  'referrer-policy-header-invalid': ['referrer.invalid', 'warning'],
  'x-content-type-options-not-implemented': ['sniff.open', 'warning'],
  'x-content-type-options-header-invalid': ['sniff.open', 'warning'],
  'x-frame-options-not-implemented': ['frames.open', 'warning'],
  'x-frame-options-header-invalid': ['frames.invalid', 'warning'],
  'x-frame-options-allow-from-origin': ['frames.invalid', 'warning'],
  'corp-header-invalid': ['corp.invalid', 'note'],
};

/** Each shuts out one way by which other sites reach into a page; without them nothing is broken. */
const goodToHave = [
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
];

/** Whether the origin that asked is named back and may send the customer's cookies along. */
export function letsStrangersRead(headers: Answer['headers'], origin: string): boolean {
  const withCredentials = headers['access-control-allow-credentials']?.toLowerCase().trim() === 'true';
  return withCredentials && headers['access-control-allow-origin'] === origin;
}

export function findingsOfHeaders(results: readonly TestResult[], { headers }: Answer): readonly Finding[] {
  const judged = results.flatMap((result): readonly Finding[] => {
    const meaning = meanings[result];
    return meaning === undefined ? [] : [finding(...meaning)];
  });
  const absent = goodToHave.filter((header) => headers[header] === undefined);
  return [...judged, ...absent.map((header) => finding('header.absent', 'note', { header }))];
}

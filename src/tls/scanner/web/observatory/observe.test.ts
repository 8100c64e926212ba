// The results and scores here are those that MDN's HTTP Observatory 1.4.8 gives for the same answers.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readCookie } from '../cookies.ts';
import { readTags } from '../page/tokens.ts';
import type { Hop, Way } from '../seen.ts';
import { observe, type Observatory } from './observe.ts';
import { scoreOf, type TestResult } from './score.ts';

const host = 'shop.example';
const hsts = 'max-age=63072000';
const strict = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";

type Given = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly html?: string;
  readonly cookies?: readonly string[];
  readonly http?: Way;
  readonly https?: Way;
};

function wayOf(urls: readonly string[], end: Way['end'] = 'page', trusted = true): Way {
  const hops = urls.map((url, at): Hop => ({
    url,
    status: 301,
    to: urls[at + 1] ?? urls[0] ?? null,
    trusted,
    hsts: null,
  }));
  return { hops, end, cookies: [], answer: { url: urls.at(-1) ?? '', status: 200, headers: {}, html: '' } };
}

const redirected = wayOf([`http://${host}/`, `https://${host}/`]);

function judge({ headers = {}, html = '', cookies = [], http = redirected, https }: Given): Observatory {
  const all = { 'content-type': 'text/html', 'strict-transport-security': hsts, ...headers };
  const plain = wayOf([`https://${host}/`]);
  const own = { ...plain, answer: { url: `https://${host}/`, status: 200, headers: all, html } };
  const read = cookies.map((text) => readCookie({ url: `https://${host}/`, text })).filter((cookie) => cookie !== null);
  const judged = observe({ host, http, https: https ?? own, cors: null, cookies: read, tags: readTags(html) });
  assert.ok(judged !== null);
  return judged;
}

const csp = (policy: string): Given => ({ headers: { 'content-security-policy': policy } });
const meta = (policy: string): string => `<meta http-equiv=content-security-policy content="${policy}">`;
const script = (attributes: string): Given => ({ html: `<script ${attributes}></script>` });

const rows: Readonly<Partial<Record<TestResult, readonly Given[]>>> = {
  'csp-implemented-with-no-unsafe-default-src-none': [
    csp(strict),
    csp("default-src 'none'"),
    { html: meta("default-src 'none'") },
  ],
  'csp-implemented-with-no-unsafe': [
    csp("default-src 'self'"),
    csp("script-src 'self'; object-src 'self'; style-src 'self'"),
    csp('default-src https://a.example/x https://a.example'),
  ],
  'csp-implemented-with-unsafe-inline-in-style-src-only': [
    csp("default-src 'self'; style-src 'unsafe-inline'"),
    csp("script-src 'self'; object-src 'self'"),
  ],
  'csp-implemented-with-insecure-scheme-in-passive-content-only': [csp("default-src 'self'; img-src http:")],
  'csp-implemented-with-unsafe-eval': [csp("default-src 'self' 'unsafe-eval'")],
  'csp-implemented-with-unsafe-inline': [
    csp("script-src 'self'"),
    csp("default-src 'self' 'unsafe-inline'"),
    csp('default-src https:'),
    csp("default-src 'self'; script-src data:"),
  ],
  'csp-implemented-with-insecure-scheme': [
    csp('default-src http://a.example'),
    csp("default-src 'self'; form-action http:"),
  ],
  'csp-header-invalid': [
    csp(''),
    csp('img'),
    csp("default-src 'self'; img-src a; img-src b"),
    csp("default-src 'self'; script-src 'strict-dynamic'"),
  ],
  'csp-not-implemented': [{}, { html: meta("frame-ancestors 'none'") }],
  'csp-not-implemented-but-reporting-enabled': [{ headers: { 'content-security-policy-report-only': strict } }],
  'csp-implemented-but-duplicate-directives': [csp(`${strict}; report-uri /a; report-uri /b`)],
  'cookies-secure-with-httponly-sessions-and-samesite': [
    { cookies: ['session=1; Secure; HttpOnly; SameSite=Lax', 'a=1; Secure; SameSite=None'] },
  ],
  'cookies-secure-with-httponly-sessions': [{ cookies: ['a=1; Secure'] }],
  'cookies-not-found': [{}, { cookies: ['a=1; Domain=other.example', '=1', 'heroku-session-affinity=1'] }],
  'cookies-without-secure-flag-but-protected-by-hsts': [{ cookies: ['a=1'] }],
  'cookies-session-without-secure-flag-but-protected-by-hsts': [{ cookies: ['SESSID=1; HttpOnly'] }],
  'cookies-without-secure-flag': [{ cookies: ['a=1'], headers: { 'strict-transport-security': 'max-age=1' } }],
  'cookies-samesite-flag-invalid': [{ cookies: ['a=1; SameSite=None'] }, { cookies: ['a=1; Secure; SameSite'] }],
  'cookies-anticsrf-without-samesite-flag': [{ cookies: ['csrf=1; Secure'] }],
  'cookies-session-without-httponly-flag': [{ cookies: ['login=1; Secure; SameSite=Lax'] }],
  'cookies-session-without-secure-flag': [
    { cookies: ['login=1'], headers: { 'strict-transport-security': 'max-age=1' } },
  ],
  'redirection-to-https': [{}],
  'redirection-not-needed-no-http': [{ http: wayOf([], 'unreachable') }],
  'redirection-off-host-from-http': [{ http: wayOf([`http://${host}/`, `https://www.${host}/`]) }],
  'redirection-not-to-https-on-initial-redirection': [
    { http: wayOf([`http://${host}/`, `http://www.${host}/`, `https://www.${host}/`]) },
  ],
  'redirection-not-to-https': [
    { http: wayOf([`http://${host}/`, `https://${host}/`], 'loop') },
    { http: wayOf([`http://${host}/`], 'loop') },
  ],
  'redirection-missing': [{ http: wayOf([`http://${host}/`]) }],
  'redirection-invalid-cert': [{ http: wayOf([`http://${host}/`, `https://${host}/`], 'page', false) }],
  'referrer-policy-private': [
    { headers: { 'referrer-policy': 'unsafe-url, Strict-Origin, foo' } },
    { headers: { 'referrer-policy': 'unsafe-url' }, html: '<meta name=referrer content=no-referrer>' },
  ],
  'referrer-policy-unsafe': [{ headers: { 'referrer-policy': 'no-referrer-when-downgrade' } }],
  'referrer-policy-header-invalid': [
    { headers: { 'referrer-policy': 'none' } },
    { headers: { 'referrer-policy': '' } },
  ],
  'hsts-implemented-max-age-at-least-six-months': [
    { headers: { 'strict-transport-security': 'includeSubDomains; MAX-AGE=15552000' } },
  ],
  'hsts-implemented-max-age-less-than-six-months': [{ headers: { 'strict-transport-security': 'max-age=15551999' } }],
  'hsts-header-invalid': [
    { headers: { 'strict-transport-security': `${hsts}, ${hsts}` } },
    { headers: { 'strict-transport-security': 'preload' } },
  ],
  'hsts-not-implemented-no-https': [{ http: wayOf([`http://${host}/`]), https: wayOf([], 'unreachable') }],
  'hsts-invalid-cert': [{ https: wayOf([`https://${host}/`], 'page', false) }],
  'sri-implemented-and-all-scripts-loaded-securely': [script('src=/a.js integrity=sha384-x')],
  'sri-implemented-and-external-scripts-loaded-securely': [script('src=https://a.example/a.js integrity=sha384-x')],
  'sri-not-implemented-response-not-html': [
    { headers: { 'content-type': 'text/plain' }, html: '<script src=//a.example></script>' },
  ],
  'sri-not-implemented-but-no-scripts-loaded': [
    { html: '<!-- <script src=//a.example></script> --><p title="<script>">' },
  ],
  'sri-not-implemented-but-all-scripts-loaded-from-secure-origin': [
    script('src=a.js'),
    script(`src=https://cdn.${host}/a.js`),
    script(''),
  ],
  'sri-not-implemented-but-external-scripts-loaded-securely': [script('src=https://a.example/a.js')],
  'sri-implemented-but-external-scripts-not-loaded-securely': [script('src=//a.example/a.js integrity=x')],
  'sri-not-implemented-and-external-scripts-not-loaded-securely': [
    script('src=//a.example/a.js'),
    script('src=http://a.example/a.js'),
  ],
  'x-content-type-options-nosniff': [{ headers: { 'x-content-type-options': 'NoSniff ' } }],
  'x-content-type-options-header-invalid': [{ headers: { 'x-content-type-options': 'nosniff, nosniff' } }],
  'x-frame-options-implemented-via-csp': [csp(strict)],
  'x-frame-options-sameorigin-or-deny': [{ headers: { 'x-frame-options': 'Deny' } }],
  'x-frame-options-allow-from-origin': [{ headers: { 'x-frame-options': 'ALLOW-FROM https://a.example' } }],
  'x-frame-options-header-invalid': [{ headers: { 'x-frame-options': 'ALLOWALL' } }],
  'corp-header-invalid': [{ headers: { 'cross-origin-resource-policy': 'none' } }],
  'corp-implemented-with-cross-origin': [{ headers: { 'cross-origin-resource-policy': 'cross-origin' } }],
  'corp-implemented-with-same-site': [{ headers: { 'cross-origin-resource-policy': 'same-site' } }],
};

suite('The Observatory’s ten tests come out as it has them', () => {
  for (const [result, givens] of Object.entries(rows)) {
    test(result, () => {
      for (const given of givens) {
        const results: readonly string[] = judge(given).tests.map((one) => one.result);
        assert.ok(results.includes(result), `${JSON.stringify(given)}\n${results.join('\n')}`);
      }
    });
  }
});

test('Points add up to its score and letter, and what goes beyond the duty counts from 90 on', () => {
  const good = {
    'content-security-policy': strict,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  };
  const cookies = ['__Host-session=1; Secure; HttpOnly; SameSite=Lax; Path=/'];
  const html = '<script src=/a.js integrity=sha384-x></script>';
  assert.deepEqual(scoreOf(judge({ headers: good, cookies, html }).tests.map(({ result }) => result)), {
    score: 140,
    grade: 'A+',
  });
  assert.equal(judge({ headers: good }).score, 130);
  // 5 short of the duty: all counts. 15 short: only what is missing.
  assert.equal(judge({ headers: { ...good, 'x-content-type-options': '' } }).score, 125);
  const short = { ...good, 'x-content-type-options': '', 'strict-transport-security': 'max-age=300' };
  assert.deepEqual([judge({ headers: short }).score, judge({ headers: short }).grade], [85, 'A-']);
  assert.deepEqual([judge({}).score, judge({}).grade], [50, 'C']);
});

import { shop, type Setup } from './host.ts';
import {
  good,
  goodPage,
  goodRecords,
  page,
  redirectTo,
  strictPolicy,
  withCaa,
  withHttps,
  withPage,
  withPolicyFile,
  withTexts,
} from './setups.ts';

/** A broken set-up, and all that is to be found in it. */
export type Broken = readonly [name: string, setup: Setup, codes: readonly string[]];

const withHeader = (name: string, value: string | readonly string[]): Setup => withPage(goodPage, { [name]: value });
const withHttp = (http: Setup['http']): Setup => ({ ...good, http });
const withRecords = (records: Partial<Setup['records']>): Setup => ({
  ...good,
  records: { ...goodRecords, ...records },
});
const withCookie = (...cookies: readonly string[]): Setup => withHeader('set-cookie', cookies);
/** No policy that would make the browser refuse what is wrong in the page. */
const open = { 'content-security-policy': strictPolicy };
const inPage = (html: string): Setup => withPage(`${goodPage}${html}`, open);

const ways: readonly Broken[] = [
  ['no redirect', withHttp(() => page(goodPage, { 'strict-transport-security': '' })), ['redirect.missing']],
  ['first to another host', withHttp(({ path }) => redirectTo(`https://www.${shop}${path}`)), ['redirect.off_host']],
  ['redirect loop', withHttp(() => redirectTo(`http://${shop}/`)), ['redirect.loop']],
  [
    'https sends back and forth',
    withHttps(() => redirectTo(`http://${shop}/`)),
    ['hsts.missing', 'redirect.downgrade', 'redirect.loop'],
  ],
  [
    'two hops, the first to http',
    withHttp(({ host }) => redirectTo(host === shop ? `http://www.${shop}/` : `https://${host}/`)),
    ['redirect.http_first'],
  ],
  [
    'http ends at http',
    withHttp(({ host }) =>
      host === shop ? redirectTo(`http://www.${shop}/`) : page(goodPage, { 'strict-transport-security': '' }),
    ),
    ['redirect.http_first', 'redirect.not_https'],
  ],
  ['a redirect that says for now', withHttp(({ host }) => redirectTo(`https://${host}/`, 302)), ['redirect.temporary']],
  ['a redirect to nowhere', withHttp(() => ({ status: 301 })), ['redirect.broken']],
  ['a redirect to another port', withHttp(() => redirectTo(`https://${shop}:8443/`)), ['redirect.broken']],
  [
    'a redirect to where nobody is',
    withHttps(() => redirectTo('https://gone.example/')),
    ['hsts.missing', 'page.unreachable', 'redirect.dead'],
  ],
  [
    'four hops',
    withHttps(({ path }) => {
      const next = ['/', '/1', '/2', '/3'].indexOf(path) + 1;
      return next === 0 || next === 4
        ? page(goodPage)
        : {
            ...redirectTo(`/${next}`),
            headers: { location: `/${next}`, 'strict-transport-security': 'max-age=63072000' },
          };
    }),
    ['redirect.long'],
  ],
  [
    'a certificate that nobody believes',
    { ...good, scan: { ...good.scan, caPem: '' } },
    ['mta_sts.no_policy', 'unknown_authority'],
  ],
  [
    'a redirect to a name that the certificate is not for',
    withHttps(({ host, path }) => (host === shop ? redirectTo(`https://www.other.example${path}`) : page(goodPage))),
    ['hsts.missing', 'https.not_trusted'],
  ],
];

const hsts = 'strict-transport-security';
const headers: readonly Broken[] = [
  ['no HSTS', withHeader(hsts, ''), ['hsts.missing']],
  ['HSTS taken back', withHeader(hsts, 'max-age=0'), ['hsts.off']],
  ['HSTS of five minutes', withHeader(hsts, 'max-age=300'), ['hsts.short']],
  ['HSTS without an age', withHeader(hsts, 'includeSubDomains'), ['hsts.invalid']],
  ['HSTS for the preload list, half', withHeader(hsts, 'max-age=31536000; preload'), ['hsts.preload_incomplete']],
  [
    'HSTS over http',
    withHttp(({ host }) => ({ status: 308, headers: { location: `https://${host}/`, [hsts]: 'max-age=63072000' } })),
    ['hsts.over_http'],
  ],
  ['no CSP', withPage(goodPage, { 'content-security-policy': '', 'x-frame-options': 'DENY' }), ['csp.missing']],
  [
    'CSP that only reports',
    withPage(goodPage, {
      'content-security-policy': '',
      'content-security-policy-report-only': strictPolicy,
      'x-frame-options': 'DENY',
    }),
    ['csp.report_only'],
  ],
  [
    'CSP with inline scripts',
    withHeader(
      'content-security-policy',
      `${strictPolicy}; script-src-elem 'self'`.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    ),
    ['csp.unsafe_inline'],
  ],
  [
    'CSP with eval',
    withHeader('content-security-policy', strictPolicy.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'")),
    ['csp.unsafe_eval'],
  ],
  [
    'CSP with http scripts',
    withHeader('content-security-policy', strictPolicy.replace("script-src 'self'", 'script-src http://cdn.example')),
    ['csp.insecure_scheme'],
  ],
  [
    'CSP with http images',
    withHeader('content-security-policy', strictPolicy.replace("img-src 'self'", 'img-src http://cdn.example')),
    ['csp.insecure_images'],
  ],
  [
    'CSP with inline styles',
    withHeader('content-security-policy', strictPolicy.replace("style-src 'self'", "style-src 'unsafe-inline'")),
    ['csp.unsafe_style'],
  ],
  [
    'CSP that says a thing twice',
    withHeader('content-security-policy', `${strictPolicy}; img-src *`),
    ['csp.invalid', 'frames.open'],
  ],
  [
    'CSP with two places for reports',
    withHeader('content-security-policy', `${strictPolicy}; report-uri /a; report-uri /b`),
    ['csp.repeated'],
  ],
  ['types may be guessed', withHeader('x-content-type-options', ''), ['sniff.open']],
  [
    'may be framed',
    withHeader('content-security-policy', strictPolicy.replace("frame-ancestors 'none'; ", '')),
    ['frames.open'],
  ],
  [
    'XFO ALLOWALL',
    withPage(goodPage, {
      'content-security-policy': strictPolicy.replace("frame-ancestors 'none'; ", ''),
      'x-frame-options': 'ALLOWALL',
    }),
    ['frames.invalid'],
  ],
  ['referrer tells all', withHeader('referrer-policy', 'unsafe-url'), ['referrer.unsafe']],
  ['referrer says nothing known', withHeader('referrer-policy', 'none'), ['referrer.invalid']],
  ['CORP says nothing known', withHeader('cross-origin-resource-policy', 'none'), ['corp.invalid']],
  ['no COOP', withHeader('cross-origin-opener-policy', ''), ['header.absent']],
  [
    'any origin, for the page alone',
    withHttps(({ origin, method }) =>
      method === 'OPTIONS'
        ? { status: 405 }
        : page(goodPage, { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }),
    ),
    ['cors.reflected'],
  ],
  [
    'any origin, with its cookies',
    withHttps(({ origin }) =>
      page(goodPage, { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }),
    ),
    ['cors.reflected'],
  ],
];

const cookies: readonly Broken[] = [
  ['session without Secure', withCookie('session=1; HttpOnly; SameSite=Lax'), ['cookie.session_insecure']],
  ['session for scripts', withCookie('session=1; Secure; SameSite=Lax'), ['cookie.session_readable']],
  ['cookie without Secure', withCookie('basket=1; SameSite=Lax'), ['cookie.insecure']],
  ['SameSite None without Secure', withCookie('a=1; SameSite=None'), ['cookie.insecure', 'cookie.none_insecure']],
  ['SameSite that nobody knows', withCookie('a=1; Secure; SameSite=Sometimes'), ['cookie.same_site_invalid']],
  ['no SameSite', withCookie('a=1; Secure'), ['cookie.same_site_missing']],
  ['__Host- with a domain', withCookie(`__Host-a=1; Secure; SameSite=Lax; Path=/; Domain=${shop}`), ['cookie.prefix']],
  ['__Secure- without Secure', withCookie('__Secure-a=1; SameSite=Lax'), ['cookie.insecure', 'cookie.prefix']],
  ['forms unprotected', withCookie('csrf=1; Secure'), ['cookie.csrf_same_site', 'cookie.same_site_missing']],
];

const upgrading = { 'content-security-policy': `${strictPolicy}; upgrade-insecure-requests` };
const pages: readonly Broken[] = [
  ['mixed script', inPage(`<script src="http://${shop}/a.js"></script>`), ['page.mixed_active']],
  ['mixed style in upper case', inPage(`<LINK REL=StyleSheet HREF=HTTP://www.${shop}/a.css>`), ['page.mixed_active']],
  ['mixed frame, written with references', inPage(`<iframe src="http&#58;//www.${shop}/">`), ['page.mixed_active']],
  ['mixed image', inPage(`<img src=http://${shop}/a.png>`), ['page.mixed_passive']],
  ['srcset over http', inPage(`<img srcset="/a.png 1x, http://${shop}/b.png 2x">`), ['page.mixed_passive']],
  ['poster over http', inPage(`<video poster='http://${shop}/a.png'></video>`), ['page.mixed_passive']],
  ['style with http', inPage(`<p style="background:url(http://${shop}/a.png)">`), ['page.mixed_passive']],
  [
    'style sheet that imports over http',
    withHttps(({ path }) =>
      path === '/a.css'
        ? { headers: { 'content-type': 'text/css' }, body: `@import "http://${shop}/b.css";` }
        : page(goodPage),
    ),
    ['page.mixed_active'],
  ],
  [
    'base over http',
    inPage(`<base href="http://${shop}/"><img src=b.png>`),
    ['page.mixed_active', 'page.mixed_passive'],
  ],
  ['form over http', inPage(`<form method=post action=http://${shop}/pay>`), ['page.form_http']],
  ['button over http', inPage(`<button formaction=http://${shop}/pay>`), ['page.form_http']],
  [
    'meta refresh to http',
    inPage(`<meta http-equiv=Refresh content="0; url=http://${shop}/x">`),
    ['page.refresh_http'],
  ],
  ['link to http', inPage(`<a href=http://${shop}/x>`), ['page.link_http']],
  ['mixed image, upgraded', withPage(`${goodPage}<img src=http://${shop}/a.png>`, upgrading), ['page.upgraded']],
  [
    'script of others',
    inPage('<script src=https://cdn.example/a.js></script>'),
    ['page.script_without_sri', 'page.third_party_script'],
  ],
  [
    'script of others, checked',
    inPage(`<script src=https://cdn.example/a.js crossorigin integrity=sha384-${'A'.repeat(64)}></script>`),
    ['page.third_party_script'],
  ],
  ['picture of others', inPage('<img src=https://count.example/1.gif>'), ['page.third_party']],
  [
    'a page that is not there',
    {
      ...withHttps(({ path }) => (path === '/t' ? { ...page(''), status: 500 } : page(goodPage))),
      scan: { ...good.scan, paths: ['/t'] },
    },
    ['page.unreachable'],
  ],
];

const issue = ['issue', 'ca.example'] as const;
const iodef = ['iodef', 'mailto:a@b.example'] as const;
const spf = (text: string, ...more: readonly string[]): Setup => withTexts({ [shop]: [text, ...more] });
const eleven = Array.from({ length: 11 }, (_, at) => `a:h${at}.example`).join(' ');

const names: readonly Broken[] = [
  ['no IPv6', withRecords({ six: [] }), ['dns.no_ipv6']],
  ['an address where nobody is', withRecords({ four: ['127.0.0.1', '127.0.0.9'] }), ['dns.dead_address']],
  [
    'A and AAAA answer differently',
    withHttps((_asked, at) => page(goodPage, at === '::1' ? { 'x-frame-options': 'DENY' } : {})),
    ['dns.differ'],
  ],
  ['DNS does not answer', withTexts({ [shop]: null }), ['dns.unanswered']],
  ['no CAA', withRecords({ authorities: {} }), ['caa.missing']],
  ['CAA forbids the issuer', withCaa(['issue', 'other.example'], iodef), ['caa.forbids']],
  ['CAA forbids all', withCaa(['issue', ';'], iodef), ['caa.forbids']],
  [
    'CAA of another account',
    withCaa(['issue', 'ca.example; accounturi=https://ca.example/acct/2'], iodef),
    ['caa.other_account'],
  ],
  [
    'CAA that asks for another proof',
    withCaa(['issue', 'ca.example; validationmethods=dns-01,tls-alpn-01'], iodef),
    ['caa.other_method'],
  ],
  ['CAA with what nobody knows', withCaa(issue, iodef, ['tbs', 'x', true]), ['caa.critical']],
  ['CAA out of shape', withCaa(issue, iodef, ['issue', '%%%']), ['caa.invalid']],
  ['CAA without a mailbox', withCaa(issue), ['caa.no_iodef']],
];

const mails: readonly Broken[] = [
  ['no SPF', spf('other'), ['spf.missing']],
  ['SPF +all', spf('v=spf1 mx +all'), ['spf.open']],
  [
    'SPF all behind a redirect',
    withTexts({ [shop]: ['v=spf1 redirect=_r.example'], '_r.example': ['v=spf1 all'] }),
    ['spf.open'],
  ],
  ['SPF ?all', spf('v=spf1 mx ?all'), ['spf.neutral']],
  ['two SPF records', spf('v=spf1 mx -all', 'v=spf1 a -all'), ['spf.several']],
  ['SPF with eleven look-ups', spf(`v=spf1 ${eleven} -all`), ['spf.too_many']],
  ['SPF out of shape', spf('v=spf1 mx ipv4:192.0.2.1 -all'), ['spf.invalid']],
  ['SPF that includes nothing', spf('v=spf1 include:gone.example -all'), ['spf.invalid']],
  ['no DKIM key', withTexts({ [`one._domainkey.${shop}`]: [] }), ['dkim.missing']],
  ['DKIM key taken back', withTexts({ [`one._domainkey.${shop}`]: ['v=DKIM1; p='] }), ['dkim.invalid']],
  [
    'DKIM key of 1,024 bits',
    withTexts({ [`one._domainkey.${shop}`]: [`v=DKIM1; p=${'A'.repeat(216)}`] }),
    ['dkim.weak'],
  ],
  ['no DMARC', withTexts({ [`_dmarc.${shop}`]: [] }), ['dmarc.missing']],
  ['DMARC p=none', withTexts({ [`_dmarc.${shop}`]: ['v=DMARC1; p=none; rua=mailto:a@b.example'] }), ['dmarc.watching']],
  ['DMARC out of shape', withTexts({ [`_dmarc.${shop}`]: ['v=DMARC1; p=maybe'] }), ['dmarc.invalid']],
  ['DMARC without reports', withTexts({ [`_dmarc.${shop}`]: ['v=DMARC1; p=reject'] }), ['dmarc.no_reports']],
  ['no MTA-STS', withTexts({ [`_mta-sts.${shop}`]: [] }), ['mta_sts.missing']],
  ['MTA-STS without id', withTexts({ [`_mta-sts.${shop}`]: ['v=STSv1; id=;'] }), ['mta_sts.invalid']],
  ['MTA-STS without policy', withPolicyFile('version: STSv2'), ['mta_sts.no_policy']],
  [
    'MTA-STS testing',
    withPolicyFile('version: STSv1\r\nmode: testing\r\nmx: one.mail.example\r\nmax_age: 86400\r\n'),
    ['mta_sts.not_enforced'],
  ],
  [
    'MTA-STS of other servers',
    withPolicyFile('version: STSv1\nmode: enforce\nmx: two.mail.example\nmax_age: 86400'),
    ['mta_sts.mismatch'],
  ],
  ['no TLS-RPT', withTexts({ [`_smtp._tls.${shop}`]: [] }), ['tls_rpt.missing']],
  [
    'TLS-RPT to nobody',
    withTexts({ [`_smtp._tls.${shop}`]: ['v=TLSRPTv1; rua=ftp://a.example'] }),
    ['tls_rpt.invalid'],
  ],
];

export const broken: readonly Broken[] = [...ways, ...headers, ...cookies, ...pages, ...names, ...mails];

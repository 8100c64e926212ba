import type { Asked, Records, Reply, Setup } from './host.ts';
import { shop } from './host.ts';

export const strictPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Everything that a look at a page can ask for. */
export const strictHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': strictPolicy,
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'geolocation=()',
};

const stsPolicy = 'version: STSv1\nmode: enforce\nmx: *.mail.example\nmax_age: 604800\n';
export const goodPage = '<!doctype html><title>Shop</title><link rel=stylesheet href=/a.css><img src=/a.png alt="">';

export const goodRecords: Records = {
  texts: {
    [shop]: ['v=spf1 include:_spf.mail.example -all', 'site-verification=1'],
    '_spf.mail.example': ['v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all'],
    [`one._domainkey.${shop}`]: [`v=DKIM1; k=ed25519; p=${'A'.repeat(43)}=`],
    [`_dmarc.${shop}`]: [`v=DMARC1; p=reject; rua=mailto:dmarc@${shop}`],
    [`_mta-sts.${shop}`]: ['v=STSv1; id=20261129;'],
    [`_smtp._tls.${shop}`]: [`v=TLSRPTv1; rua=mailto:tls@${shop}`],
  },
  exchanges: ['one.mail.example'],
  four: ['127.0.0.1'],
  six: ['::1'],
  authorities: {
    [shop]: [
      { critical: false, tag: 'issue', value: 'ca.example; accounturi=https://ca.example/acct/1' },
      { critical: false, tag: 'iodef', value: `mailto:security@${shop}` },
    ],
  },
};

export function redirectTo(location: string, status = 308): Reply {
  return { status, headers: { location } };
}

/** An answer with the strict headers, some changed; an empty one is left out. */
export function page(body: string, changed: Readonly<Record<string, string | readonly string[]>> = {}): Reply {
  const headers = Object.entries({ ...strictHeaders, ...changed }).filter(([, value]) => value !== '');
  return { headers: Object.fromEntries(headers), body };
}

function goodHttps({ path, host }: Asked): Reply {
  if (host === `mta-sts.${shop}`) return { headers: { 'content-type': 'text/plain' }, body: stsPolicy };
  if (path === '/a.css') return { headers: { 'content-type': 'text/css' }, body: 'p { background: url(/p.png) }' };
  return path === '/robots.txt' ? { status: 404 } : page(goodPage);
}

/** Nothing is wrong with this one; all others are made from it. */
export const good: Setup = {
  http: ({ host, path }) => redirectTo(`https://${host}${path}`),
  https: goodHttps,
  records: goodRecords,
  scan: {
    mail: { domain: shop, selectors: ['one'] },
    issuer: { caaNames: ['ca.example'], accountUri: 'https://ca.example/acct/1', method: 'http-01' },
  },
};

/** The good one with another start page. */
export function withPage(body: string, changed: Parameters<typeof page>[1] = {}): Setup {
  return withHttps((asked) => (asked.path === '/' && asked.host === shop ? page(body, changed) : goodHttps(asked)));
}

export function withHttps(https: Setup['https']): Setup {
  return { ...good, https: (asked, at) => (asked.host === `mta-sts.${shop}` ? goodHttps(asked) : https(asked, at)) };
}

export function withTexts(texts: Records['texts']): Setup {
  return { ...good, records: { ...goodRecords, texts: { ...goodRecords.texts, ...texts } } };
}

export function withPolicyFile(body: string): Setup {
  return { ...good, https: (asked) => (asked.host === `mta-sts.${shop}` ? { body } : goodHttps(asked)) };
}

export function withCaa(...values: readonly (readonly [tag: string, value: string, critical?: boolean])[]): Setup {
  const records = values.map(([tag, value, critical = false]) => ({ tag, value, critical }));
  return { ...good, records: { ...goodRecords, authorities: { [shop]: records } } };
}

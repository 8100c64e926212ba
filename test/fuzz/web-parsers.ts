import { readArticle } from '../../src/faq/content/read-article.ts';
import { tokensOf } from '../../src/faq/search/fold.ts';
import { slipsBetween } from '../../src/faq/search/near.ts';
import { readIssue } from '../../src/tls/scanner/web/dns/caa.ts';
import { readStsPolicy } from '../../src/tls/scanner/web/dns/mta-sts.ts';
import { readSpf } from '../../src/tls/scanner/web/dns/spf.ts';
import { keepsPrefix, readCookie } from '../../src/tls/scanner/web/cookies.ts';
import { joinPolicies, judgePolicy } from '../../src/tls/scanner/web/observatory/csp.ts';
import { readHsts } from '../../src/tls/scanner/web/observatory/hsts.ts';
import { resourcesOf, resourcesOfCss } from '../../src/tls/scanner/web/page/resources.ts';
import { readTags } from '../../src/tls/scanner/web/page/tokens.ts';
import { readHost } from '../../src/protection/hosts.ts';
import { nextUrl, readProof } from '../../src/protection/proof.ts';
import { organisationOf } from '../../src/protection/scanning/facts.ts';
import { textParser, type Parser } from './parser.ts';

const page = `<!doctype html><base href="//a.example"><link rel='preload stylesheet' as=style href=a.css><!-- <img src=x> -->
<script src="http&#58;//a.example/a.js" integrity=sha384-x></script><style>@import "a.css"; p { background: url('b.png') }</style>
<img srcset="a,b.png 1x, http://c.example/d.png 2x" style="background:url(&quot;e.png&quot;)"><meta http-equiv=refresh content="0;url=/f">
<form action=http://g.example><button formaction='h'></form><textarea><a href=http://i.example></textarea><svg><use xlink:href=#j />`;
const policies = [
  "default-src 'none'; script-src 'self' 'nonce-x' 'strict-dynamic'; report-uri /a; report-uri /b|img-src https://a.example/%41/",
  "default-src *; style-src 'unsafe-inline'|default-src http://a.example",
];

const article = `title: A\nsummary: B {shop}\nkeywords: c, d\ntopic: parcel\nwhen: milestone exception, delivered and late and has arrival\n---
[when carrier ups]\n{carrier} {parcels, plural, one {# a} other {# b}}\n\n1. One\n2. Two\n  more\n> Note\n-> article x: y\n[always]\n## H\n- '{'`;

/** What a host that is scanned may answer, what DNS may say, and what people write into articles and searches. */
export const webParsers: readonly Parser[] = [
  textParser('article', [article], readArticle),
  textParser('search words', ['Größe Paket-Verfolgung 12 ǅ'], (text) =>
    tokensOf(text, 8).map(({ word }) => slipsBetween(word, 'paketverfolgung', 2)),
  ),
  textParser('scan page', [page], (text) => resourcesOf(readTags(text), 'https://shop.example/')),
  textParser('scan style sheet', ['/* x */ @import url("a.css") print; p { background: url( b.png ) }'], (text) =>
    resourcesOfCss(text, 'https://shop.example/a/'),
  ),
  textParser('scan CSP', policies, (text) => {
    const joined = joinPolicies(text.split('|'));
    return joined === null ? null : judgePolicy(joined, true);
  }),
  textParser('scan HSTS', ['max-age="63072000"; includeSubDomains; preload', 'max-age=0, max-age=1'], readHsts),
  textParser(
    'scan Set-Cookie',
    ['__Host-a=b; Secure; HttpOnly; SameSite=Lax; Path=/; Domain=.shop.example'],
    (text) => {
      const cookie = readCookie({ url: 'https://shop.example/', text });
      return cookie === null ? null : keepsPrefix(cookie);
    },
  ),
  textParser('site host', ['https://Shop.Example:8443/', 'müller.example', 'xn--mller-kva.example.'], readHost),
  textParser('site proof', ['\uFEFF00112233445566778899aabbccddeeff\r\n'], (text) =>
    readProof({ bytes: Buffer.from(text), cut: text.length % 2 === 0 }),
  ),
  textParser('site proof, redirected', ['/proof', 'https://shop.example/a', '//other.example/'], (text) =>
    nextUrl('https://shop.example/.well-known/x', text, { host: 'shop.example', plainPort: 80 }),
  ),
  textParser('certificate issuer', ["C=US, O=Let's Encrypt, CN=E7", 'O=A, Inc., CN=B'], organisationOf),
  textParser('CAA', ['ca.example; accounturi=https://ca.example/1; validationmethods=dns-01', ';'], readIssue),
  textParser(
    'SPF',
    ['v=spf1 +mx a:b.example/24 ip4:192.0.2.0/24 include:%{i}.c.example redirect=d.example ~all'],
    readSpf,
  ),
  textParser('MTA-STS', ['version: STSv1\r\nmode: enforce\r\nmx: *.mail.example\r\nmax_age: 86400\r\n'], readStsPolicy),
];

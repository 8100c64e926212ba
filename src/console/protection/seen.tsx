import type { VNode } from 'preact';
import type { SiteState } from '#protection';
import { Fact } from '../parts/table.tsx';
import type { Say } from '../words.ts';

const shownMax = 20;

/** What the findings were drawn from, in the words of those who look after servers. */
export function Seen(props: {
  readonly seen: NonNullable<SiteState['seen']>;
  readonly jsonUrl: string;
  readonly say: Say;
}): VNode {
  const { seen, jsonUrl, say } = props;
  const lines = [...tlsLines(seen.tls, say), ...webLines(seen.web, say)];
  return (
    <details class="card">
      <summary>{say('protection.seen')}</summary>
      {lines.length === 0 ? <p class="soft">{say('protection.no_answer')}</p> : null}
      <dl class="facts wide">
        {lines.map(([label, texts]) => (
          <Fact key={label} label={label}>
            <span class="host" dir="ltr">
              {listed(texts, say)}
            </span>
          </Fact>
        ))}
      </dl>
      <p>
        <a href={jsonUrl} download>
          {say('protection.json')}
        </a>
      </p>
    </details>
  );
}

type Line = readonly [label: string, texts: readonly string[]];

function listed(texts: readonly string[], say: Say): string {
  if (texts.length === 0) return say('page.none');
  const more = texts.length - shownMax;
  return [...texts.slice(0, shownMax), ...(more > 0 ? [`+ ${more}`] : [])].join(', ');
}

function tlsLines(tls: NonNullable<SiteState['seen']>['tls'], say: Say): readonly Line[] {
  if (tls === null) return [];
  const [leaf] = tls.chain.certificates;
  return [
    [say('protection.seen.address'), [tls.address]],
    [say('protection.seen.protocols'), tls.protocols],
    [say('protection.seen.groups'), tls.groups],
    [say('protection.seen.alpn'), tls.alpn === null ? [] : [tls.alpn]],
    ...(leaf === undefined
      ? []
      : ([
          [say('protection.seen.certificate'), leaf.names.length === 0 ? [leaf.subject] : leaf.names],
          [say('protection.seen.issuer'), [leaf.issuer]],
          [say('protection.seen.valid'), [`${leaf.from.slice(0, 10)} – ${leaf.until.slice(0, 10)}`]],
          [say('protection.seen.key'), [`${leaf.key.type} ${leaf.key.bits}`]],
        ] satisfies readonly Line[])),
  ];
}

function webLines(web: NonNullable<SiteState['seen']>['web'], say: Say): readonly Line[] {
  if (web === null) return [];
  const seconds = web.hsts?.seconds ?? null;
  return [
    ['Strict-Transport-Security', seconds === null ? [] : [`max-age=${seconds}`]],
    [say('protection.seen.cookies'), web.cookies.map(({ name }) => name)],
    [say('protection.seen.third_parties'), [...new Set(web.pages.flatMap(({ thirdParties }) => thirdParties))]],
    ['CAA', (web.caa?.records ?? []).map(({ tag, value }) => `${tag} ${value}`)],
  ];
}

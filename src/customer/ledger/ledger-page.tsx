import type { VNode } from 'preact';
import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { protectionPathOf, type Shop } from '#orders';
import type { LedgerStatus } from '#privacy';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { Contact, ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import { momentOf, type Tone } from '../protecting/point.ts';
import type { PageNeeds } from '../tracking-page.tsx';
import { verifierFile } from '../verifying/verifying.ts';
import type { Say } from '../words.ts';

export type LedgerView = {
  readonly language: string;
  readonly shop: Shop;
  readonly status: LedgerStatus;
  readonly origin: string;
  readonly witnesses: readonly string[];
  /** Of this page, without a query; what is linked to lies below it. */
  readonly path: string;
  /** The same as strangers write it. */
  readonly url: string;
  readonly now: Temporal.Instant;
};

type Told = LedgerView & { readonly say: Say; readonly moment: (at: Temporal.Instant) => string };

/** What a shop's ledger is, how it stands with it, and how anybody checks it: whole without JavaScript. */
export function ledgerPage(view: LedgerView, { say, assetUrl }: PageNeeds): string {
  const { language, path, status } = view;
  const { ledgerUrl: _here, ...shop } = faceOf(view.shop, language);
  const told: Told = { ...view, say, moment: (at) => momentOf(language, at) };
  const title = say('ledger.title', { shop: shop.name });
  return page(
    {
      language,
      dir: directionOf(language),
      title,
      assetUrl,
      styles: ['tracking.css', 'protects-you.css', 'ledger.css'],
      scripts: ['copy.js'],
      theme: view.shop.face,
      skipText: say('protects.skip'),
      header: <ShopHeader view={{ shop, language, languages: languageLinks(path) }} say={say} />,
      footer: <ShopFooter shop={shop} protectionUrl={protectionPathOf(view.shop, language)} say={say} />,
    },
    <div class="sheet">
      <div class="points">
        <div class="intro">
          <h1>{title}</h1>
          <p>{say('ledger.intro', { shop: shop.name })}</p>
          <p class="soft small">
            {say('ledger.signed', {
              count: status.size,
              time: status.signedAt === null ? '' : told.moment(status.signedAt),
            })}
          </p>
        </div>
        <Late told={told} />
        <Whole told={told} />
        <Section name="own" tone="quiet" drawing="own" headline={say('ledger.own')} text={say('ledger.own.text')}>
          <p>{say('ledger.count')}</p>
        </Section>
        <Check told={told} />
        <Files told={told} />
      </div>
      <Contact shop={shop} say={say} />
    </div>,
  );
}

/** Longer than any ordinary wait: by then somebody has to look. */
const waitsTooLong = { minutes: 2 };

function Late({ told }: { readonly told: Told }): VNode | null {
  const { status, now, say, moment } = told;
  const { waiting, waitingSince } = status;
  if (waitingSince === null || Temporal.Instant.compare(waitingSince.add(waitsTooLong), now) > 0) return null;
  const headline = say('ledger.late', { count: waiting });
  const text = say('ledger.late.text', { time: moment(waitingSince) });
  return <Section name="late" tone="warn" drawing="late" headline={headline} text={text} />;
}

function Whole({ told }: { readonly told: Told }): VNode | null {
  const { status, say, moment } = told;
  const { checked } = status;
  // Read while it was empty, nothing is known of what has come since.
  if (checked === null || (checked.size === 0 && checked.wrong === null)) {
    const text = say('ledger.unread.text');
    return <Section name="whole" tone="quiet" drawing="whole" headline={say('ledger.unread')} text={text} />;
  }
  const time = moment(checked.at);
  if (checked.wrong?.what === 'shorter') {
    const text = say('ledger.shorter.text', { time, count: checked.wrong.index });
    return <Section name="whole" tone="bad" drawing="wrong" headline={say('ledger.shorter')} text={text} />;
  }
  if (checked.wrong !== null) {
    // Entries are counted from 0 in the files, by people from 1.
    const text = say('ledger.wrong.text', { time, index: checked.wrong.index + 1 });
    return <Section name="whole" tone="bad" drawing="wrong" headline={say('ledger.wrong')} text={text} />;
  }
  const text = say('ledger.whole.text', { time, count: checked.size });
  return <Section name="whole" tone="good" drawing="whole" headline={say('ledger.whole')} text={text} />;
}

function Check({ told }: { readonly told: Told }): VNode {
  const { say, path, url } = told;
  return (
    <Section name="check" tone="moving" drawing="check" headline={say('ledger.check')} text={say('ledger.check.text')}>
      <p>{say('ledger.check.file')}</p>
      <Command text={`node verify.mjs ${url}`} say={say} />
      <p>
        <a href={`${path}verify.mjs`} download="verify.mjs">
          {say('ledger.get')}
        </a>
      </p>
      <p class="soft small">{say('ledger.get.digest')}</p>
      <Command text={verifierFile.sha256} say={say} />
      <details>
        <summary>{say('protects.more')}</summary>
        <p>{say('ledger.check.install')}</p>
        <Command text={`npm run -s glasspost -- ledger verify ${url}`} say={say} />
        <p>{say('ledger.check.save')}</p>
      </details>
    </Section>
  );
}

/** Written from left to right in every language. */
function Command({ text, say }: { readonly text: string; readonly say: Say }): VNode {
  return (
    <pre dir="ltr" translate={false} data-copy={say('ledger.copy')} data-copied={say('ledger.copied')}>
      <code>{text}</code>
    </pre>
  );
}

function Files({ told }: { readonly told: Told }): VNode {
  const { say, path, url, origin, witnesses } = told;
  const facts = [
    [say('ledger.origin'), origin],
    [say('ledger.address'), url],
    [say('ledger.algorithms'), say('ledger.algorithms.both')],
    [say('ledger.witnesses'), witnesses.length === 0 ? say('ledger.witnesses.none') : witnesses.join(', ')],
  ] as const;
  return (
    <Section name="files" tone="quiet" drawing="files" headline={say('ledger.files')} text={say('ledger.files.text')}>
      <ul class="sites">
        {(['checkpoint', 'keys'] as const).map((file) => (
          <li key={file}>
            <a href={`${path}${file}`}>{say(`ledger.files.${file}`)}</a>
          </li>
        ))}
      </ul>
      <dl class="facts">
        {facts.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{text}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Section(props: {
  readonly name: string;
  readonly tone: Tone | 'moving';
  readonly drawing: keyof typeof drawings;
  readonly headline: string;
  readonly text: string;
  readonly children?: VNode | readonly VNode[];
}): VNode {
  const { name, tone, drawing, headline, text, children } = props;
  return (
    <section class={`parcel ${tone}`} aria-labelledby={name}>
      <div class="head">
        <span class="badge">
          <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
            <path d={drawings[drawing]} />
          </svg>
        </span>
        <div>
          <h2 id={name}>{headline}</h2>
          <p>{text}</p>
        </div>
      </div>
      {children === undefined ? null : <div class="body">{children}</div>}
    </section>
  );
}

const drawings = {
  late: 'M12 3a9 9 0 1 0 .01 0M12 7v5l3.500 2',
  whole: 'M6 3h9l4 4v14H6ZM9 13.500l2.500 2.500 4-5',
  wrong: 'M6 3h9l4 4v14H6ZM10 11l5 5M15 11l-5 5',
  own: 'M2.500 12C7.500 3.500 16.500 3.500 21.500 12 16.500 20.500 7.500 20.500 2.500 12ZM12 15a3 3 0 1 0-.01 0M4.500 20 19.500 4',
  check: 'M10.500 17a6.500 6.500 0 1 0-.01 0M15.500 15.500 21 21',
  files: 'M4 4h16v4.500H4ZM4 9.750h16v4.500H4ZM4 15.500h16V20H4Z',
} as const;

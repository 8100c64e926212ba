import type { ComponentChildren, VNode } from 'preact';
import type { ExportFormat } from '#rights';
import type { PageNeeds } from '../../tracking-page.tsx';
import { VerifyOwn, verifyOwnScript } from '../../verifying/verify-own-part.tsx';
import type { Say } from '../../words.ts';
import type { DataView, DisclosureView, HeldView, Opening, RecipientView } from '../view.ts';
import { dataFrame, inLanguage } from './frame.tsx';

/** The one to read first. */
const downloads = ['html', 'csv', 'json'] as const satisfies readonly ExportFormat[];

type Shown = { readonly view: DataView; readonly say: Say };

/** Everything about one person in plain words first: whole without JavaScript. */
export function dataPage(view: DataView, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, language, path, opening } = view;
  const title = say('data.title', { shop: shop.name });
  return dataFrame(
    { shop, language, title, path, scripts: view.ledger === null ? ['once.js'] : ['once.js', verifyOwnScript] },
    needs,
    <>
      <div class="intro">
        <h1>{title}</h1>
        {view.said === null ? null : <output class="done">{view.said}</output>}
        <p>
          {opening.kind === 'open'
            ? say('data.intro.open', { time: opening.until })
            : say('data.intro', { shop: shop.name })}
        </p>
        <div class="links">
          <a href={inLanguage(view.orderPath, language)}>{say('data.back')}</a>
          {opening.kind === 'open' ? <Close view={view} say={say} /> : null}
        </div>
      </div>
      <Given view={view} say={say} />
      {view.ledger === null ? null : (
        <div class="parcel check">
          <div class="body">
            <VerifyOwn view={view.ledger} say={say} />
          </div>
        </div>
      )}
      <Holdings view={view} say={say} />
      <Written view={view} say={say} />
      <Section id="decided" title={say('data.decided')}>
        <p>{say('data.decided.text', { shop: shop.name })}</p>
        {view.decided.length === 0 ? <p class="soft">{say('data.decided.none')}</p> : <Lines lines={view.decided} />}
      </Section>
      <Consents view={view} say={say} />
      <Rights view={view} say={say} />
    </>,
  );
}

function Section(props: { readonly id: string; readonly title: string; readonly children: ComponentChildren }): VNode {
  const { id, title, children } = props;
  return (
    <section class="parcel" aria-labelledby={id}>
      <div class="body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </section>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }): VNode {
  return (
    <ul class="lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Close({ view, say }: Shown): VNode {
  return (
    <form method="post" action={inLanguage(`${view.path}/close`, view.language)}>
      <button class="button quiet" type="submit">
        {say('data.close')}
      </button>
    </form>
  );
}

function Given({ view, say }: Shown): VNode {
  const { recipients, shop } = view;
  return (
    <Section id="given" title={say('data.given')}>
      {recipients.length === 0 ? <p>{say('data.given.none', { shop: shop.name })}</p> : null}
      {recipients.map((recipient) => (
        <Recipient key={recipient.name} recipient={recipient} say={say} />
      ))}
      {recipients.some(({ more }) => more > 0) ? (
        <p>
          <a href={inLanguage(`${view.path}/given`, view.language)}>{say('data.given.all')}</a>
        </p>
      ) : null}
    </Section>
  );
}

function Recipient({ recipient, say }: { readonly recipient: RecipientView; readonly say: Say }): VNode {
  return (
    <article class="recipient">
      <h3>
        <bdi>{recipient.name}</bdi>
      </h3>
      {recipient.sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p class="soft small">{recipient.times}</p>
      {recipient.disclosures.length === 0 ? null : (
        <details>
          <summary>{say('data.details')}</summary>
          {recipient.disclosures.map((one) => (
            <Disclosure key={one.id} one={one} say={say} />
          ))}
          {recipient.more === 0 ? null : <p class="soft small">{say('data.held.more', { count: recipient.more })}</p>}
        </details>
      )}
    </article>
  );
}

/** One of them, down to its proof. */
export function Disclosure({ one, say }: { readonly one: DisclosureView; readonly say: Say }): VNode {
  return (
    <dl class="facts">
      <Fact label={say('data.when')}>{one.when}</Fact>
      <Fact label={say('data.purpose')}>{one.purpose}</Fact>
      {one.fields === '' ? null : <Fact label={say('data.fields')}>{one.fields}</Fact>}
      <Fact label={say('data.law')}>{one.basis}</Fact>
      {one.withheld.length === 0 ? null : (
        <Fact label={say('data.withheld')}>
          <Lines lines={one.withheld} />
        </Fact>
      )}
      {one.entry === null ? null : (
        <Fact label={say('data.entry')}>
          {one.entry}
          {one.proofUrl === null ? null : (
            <a href={one.proofUrl} download>
              {say('data.proof')}
            </a>
          )}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Holdings({ view, say }: Shown): VNode {
  const { held, shop } = view;
  return (
    <Section id="held" title={say('data.held', { shop: shop.name })}>
      <p>{say(held.length === 0 ? 'data.held.none' : 'data.held.text')}</p>
      {held.map((one) => (
        <Holding key={one.heading} held={one} say={say} />
      ))}
    </Section>
  );
}

function Holding({ held, say }: { readonly held: HeldView; readonly say: Say }): VNode {
  return (
    <article class="recipient">
      <h3>{held.heading}</h3>
      {held.lines.length === 0 ? null : (
        <dl class="facts">
          {held.lines.map(({ label, values, more }) => (
            <Fact key={label} label={label}>
              {values.map((value) => (
                <span class="value" key={value}>
                  <bdi>{value}</bdi>
                </span>
              ))}
              {more === 0 ? null : <small>{say('data.held.more', { count: more })}</small>}
            </Fact>
          ))}
        </dl>
      )}
      <p class="soft small">{[say('data.held.count', { count: held.count }), held.why, ...held.kept].join(' · ')}</p>
    </article>
  );
}

/** What was written stands on a page of its own each: it may be long, and it is nobody else's to read. */
function Written({ view, say }: Shown): VNode | null {
  const { cases, opening, shop } = view;
  if (cases.shown.length === 0) return null;
  return (
    <Section id="written" title={say('data.written')}>
      <p>{say(opening.kind === 'open' ? 'data.written.open' : 'data.written.text', { shop: shop.name })}</p>
      <ul class="lines">
        {cases.shown.map(({ number, topic, state, day, url }) => (
          <li key={number}>
            {url === null ? topic : <a href={url}>{topic}</a>}{' '}
            <small>
              {number} · {day} · {state}
            </small>
          </li>
        ))}
      </ul>
      {cases.more === 0 ? null : <p class="soft small">{say('data.rest', { count: cases.more })}</p>}
    </Section>
  );
}

function Consents({ view, say }: Shown): VNode | null {
  if (view.consents === null) return null;
  return (
    <Section id="consents" title={say('data.consents')}>
      <p>{say('data.consents.count', { count: view.consents })}</p>
      <p>
        <a href={inLanguage(view.consentsPath, view.language)}>{say('data.consents.link')}</a>
      </p>
    </Section>
  );
}

function Rights({ view, say }: Shown): VNode {
  const { opening, shop } = view;
  return (
    <Section id="rights" title={say('data.rights')}>
      {opening.kind === 'open' ? <Open view={view} opening={opening} say={say} /> : <Closed view={view} say={say} />}
      <article class="recipient">
        <h3>{say('data.right.complain')}</h3>
        <p>{say('data.right.complain.text', { shop: shop.name })}</p>
      </article>
    </Section>
  );
}

function Open(props: Shown & { readonly opening: Extract<Opening, { kind: 'open' }> }): VNode {
  const { view, opening, say } = props;
  return (
    <>
      <article class="recipient">
        <h3>{say('data.right.download')}</h3>
        <p>{say('data.right.download.text')}</p>
        <p class="links">
          {downloads.map((form) => (
            <a key={form} class="button quiet" href={inLanguage(opening.downloads[form], view.language)} download>
              {say(`data.right.download.${form}`)}
            </a>
          ))}
        </p>
      </article>
      {view.rights.map(({ key, url, state }) => (
        <article key={key} class="recipient">
          <h3>
            <a href={inLanguage(url, view.language)}>{say(`data.right.${key}`)}</a>
          </h3>
          <p>{say(`data.right.${key}.text`)}</p>
          {state === null ? null : <p class="state">{state}</p>}
        </article>
      ))}
    </>
  );
}

function Closed({ view, say }: Shown): VNode {
  const { opening, language, shop, path } = view;
  if (opening.kind === 'no address') return <p class="state">{say('data.rights.no_address', { shop: shop.name })}</p>;
  if (opening.kind === 'suppressed') {
    return <p class="state">{say('data.rights.suppressed', { shop: shop.name, email: opening.email })}</p>;
  }
  const email = opening.kind === 'code' ? opening.email : '';
  const codePath = inLanguage(`${path}/code`, language);
  return (
    <>
      <p>{say('data.rights.text', { email })}</p>
      <Lines
        lines={(['download', 'correct', 'restrict', 'object', 'erase'] as const).map((key) => say(`data.right.${key}`))}
      />
      <form method="post" action={codePath} class="links">
        <input type="hidden" name="act" value="send" />
        <button class="button" type="submit">
          {say('data.rights.send')}
        </button>
        <a href={codePath}>{say('data.rights.have')}</a>
      </form>
    </>
  );
}

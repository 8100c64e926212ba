import type { ComponentChildren, VNode } from 'preact';
import { mailUrl, phoneUrl, webUrl, WordMark } from '#kit/html';
import type { OrderView, ShopFace } from '../view.ts';
import type { Say } from '../words.ts';

/** The page's languages, and whose page it is. */
type Headed = Pick<OrderView, 'shop' | 'language' | 'languages'>;

/** The shop's own name or logo on its own colour; nothing of Glasspost. */
export function ShopHeader(props: { readonly view: Headed; readonly say: Say }): VNode {
  const { view, say } = props;
  const { shop } = view;
  return (
    <>
      <div class="bar">
        <p class="shop">
          {shop.logoUrl === null ? (
            <bdi>{shop.name}</bdi>
          ) : (
            <img src={shop.logoUrl} alt={shop.name} height={32} decoding="async" />
          )}
        </p>
        <Languages view={view} say={say} />
      </div>
      {shop.sample ? <p class="sample">{say('page.sample')}</p> : null}
    </>
  );
}

function Languages(props: { readonly view: Headed; readonly say: Say }): VNode | null {
  const { language, languages } = props.view;
  if (languages.length < 2) return null;
  return (
    <nav aria-label={props.say('page.language')}>
      <ul>
        {languages.map(({ code, url, label }) => (
          <li key={code}>
            {code === language ? (
              <b lang={code} aria-current="true">
                {label}
              </b>
            ) : (
              <a href={url} lang={code} hreflang={code}>
                {label}
              </a>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function hasContact({ contact }: ShopFace): boolean {
  return Object.values(contact).some((way) => way !== null);
}

/** How to reach people of the shop; null when it gave no way. `children`: what stands before the ways. */
export function Contact(props: {
  readonly shop: ShopFace;
  readonly say: Say;
  readonly children?: ComponentChildren;
}): VNode | null {
  const { shop, say, children } = props;
  const { contact } = shop;
  if (!hasContact(shop) && children === undefined) return null;
  return (
    <aside class="contact" id="contact" aria-labelledby="contact-title">
      <h2 id="contact-title">{say('page.contact', { shop: shop.name })}</h2>
      {children}
      {!hasContact(shop) ? null : (
        <dl>
          <Way label={say('page.contact.email')} text={contact.email} url={mailUrl(contact.email)} />
          <Way label={say('page.contact.phone')} text={contact.phone} url={phoneUrl(contact.phone)} />
          <Way label={say('page.contact.hours')} text={contact.hours} url={null} />
          <Way label={say('page.contact.url')} text={contact.url} url={webUrl(contact.url)} />
        </dl>
      )}
      {shop.contactUrl === undefined ? null : (
        <p>
          <a href={shop.contactUrl}>{say('contact.more')}</a>
        </p>
      )}
    </aside>
  );
}

function Way(props: {
  readonly label: string;
  readonly text: string | null;
  readonly url: string | null;
}): VNode | null {
  const { label, text, url } = props;
  if (text === null) return null;
  const shown = <bdi>{text.replace(/^https?:\/\//, '').replace(/\/$/, '')}</bdi>;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{url === null ? shown : <a href={url}>{shown}</a>}</dd>
    </div>
  );
}

export function ShopFooter(props: {
  readonly shop: ShopFace;
  /** Null on the page that it leads to. */
  readonly protectionUrl: string | null;
  /** Where a page of one order leads to what its customer allowed. */
  readonly consentsUrl?: string;
  /** And to all that is about them. */
  readonly dataUrl?: string;
  readonly say: Say;
}): VNode {
  const { shop, protectionUrl, consentsUrl, dataUrl, say } = props;
  return (
    <>
      <p class="reached">
        {shop.contactUrl === undefined ? null : <a href={shop.contactUrl}>{say('contact.link')}</a>}{' '}
        {shop.helpUrl === undefined ? null : <a href={shop.helpUrl}>{say('help.link')}</a>}{' '}
        {shop.trustUrl === undefined ? null : <a href={shop.trustUrl}>{say('trust.link')}</a>}
      </p>
      <p>
        {say('page.quiet', { shop: shop.name })}{' '}
        {protectionUrl === null ? null : <a href={protectionUrl}>{say('protects.title', { shop: shop.name })}</a>}{' '}
        {shop.ledgerUrl === undefined ? null : <a href={shop.ledgerUrl}>{say('ledger.link')}</a>}
      </p>
      {consentsUrl === undefined ? null : (
        <p>
          <a href={consentsUrl}>{say('consents.link')}</a>
        </p>
      )}
      {dataUrl === undefined ? null : (
        <p>
          <a href={dataUrl}>{say('page.data')}</a>
        </p>
      )}
      <p class="with">
        {say('page.with')} <WordMark height={18} />
      </p>
    </>
  );
}

import { renderToString } from 'preact-render-to-string';
import type { VNode } from 'preact';
import { z } from 'zod';
import { directionOf, formatMoment } from '#kit/words';
import type { HeldCategory, HeldEntry, HeldItem } from '../held/held.ts';
import { wordOr, type Say } from '../words.ts';
import { pageStyle } from './style.ts';
import type { OwnLedger, ProvenEntry, Whole } from './whole.ts';

type Shown = { readonly language: string; readonly say: Say };

/** Everything as one page that needs nothing else: no script, no font, no picture; it prints as it stands. */
export function exportHtml(whole: Whole, shown: Shown): string {
  const { language, say } = shown;
  const { held, shop, madeAt } = whole;
  const time = formatMoment(language, madeAt);
  const root = (
    <html lang={language} dir={directionOf(language)}>
      <head>
        <meta charset="utf-8" />
        <title>{`${say('title')} · ${shop.name}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <style>{pageStyle}</style>
      </head>
      <body>
        <main>
          <h1>{say('title')}</h1>
          <p>{say('made', { time, shop: shop.name })}</p>
          <p>{say('intro')}</p>
          <nav aria-label={say('contents')}>
            <ul>
              {held.categories.map(({ heading, entries }) => (
                <li key={heading}>
                  <a href={`#${heading}`}>{say(`heading.${heading}`)}</a>{' '}
                  <small>{say('count', { count: entries.length })}</small>
                </li>
              ))}
              {whole.information.length === 0 ? null : (
                <li>
                  <a href="#information">{say('information')}</a>
                </li>
              )}
            </ul>
          </nav>
          {held.categories.map((category) => (
            <Category key={category.heading} category={category} whole={whole} shown={shown} />
          ))}
          {whole.information.length === 0 ? null : <Information told={whole.information} say={say} />}
        </main>
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(root)}`;
}

function Information({ told, say }: { readonly told: Whole['information']; readonly say: Say }): VNode {
  return (
    <section id="information">
      <h2>{say('information')}</h2>
      <p>{say('information.why')}</p>
      {told.map(({ article, title, lines }) => (
        <article key={title}>
          <h3>
            {title} <small>{article}</small>
          </h3>
          <ul>
            {lines.map((line) => (
              <li key={line} dir="auto">
                {line}
              </li>
            ))}
          </ul>
        </article>
      ))}
    </section>
  );
}

function Category(props: { readonly category: HeldCategory; readonly whole: Whole; readonly shown: Shown }): VNode {
  const { heading, entries } = props.category;
  const { say } = props.shown;
  const { ledger, receipts } = props.whole;
  const isEmpty = entries.length === 0 && !(heading === 'proofs' && ledger !== null);
  return (
    <section id={heading}>
      <h2>{say(`heading.${heading}`)}</h2>
      <p>{say(`why.${heading}`)}</p>
      {isEmpty ? <p>{say('empty')}</p> : null}
      {entries.map((entry) => Entry({ entry, shown: props.shown }))}
      {heading === 'consents'
        ? receipts.map(({ consentId, receipt }) =>
            receipt === null ? null : <Text key={consentId} label={`${say('receipt')} ${consentId}`} text={receipt} />,
          )
        : null}
      {heading === 'proofs' && ledger !== null ? <Proofs ledger={ledger} say={say} /> : null}
    </section>
  );
}

function Entry({ entry, shown }: { readonly entry: HeldEntry; readonly shown: Shown }): VNode {
  const { say, language } = shown;
  const { table, at, items, keptFor, leftOut } = entry;
  const word = wordOr(`table.${table}`, 'table.other');
  const told = items.filter(({ field, value, unreadable }) => field !== null && (value !== null || unreadable));
  const plain = items.filter(({ field, value }) => field === null && value !== null);
  return (
    <article>
      <h3>
        {say(word, { table })}
        {at === null ? null : <small> {formatMoment(language, at)}</small>}
      </h3>
      {told.length === 0 ? null : (
        <dl>
          {told.map((item) => (
            <Told key={item.column} item={item} shown={shown} />
          ))}
        </dl>
      )}
      <p class="plain">
        {plain.length === 0 ? '' : `${say('technical')}: ${plain.map(plainText).join(' · ')} · `}
        {`${say('kept')}: ${keptText(keptFor, say)}`}
        {Object.entries(leftOut).map(([column, why]) => ` · ${say('left.out')}: ${column} (${say(`left.${why}`)})`)}
      </p>
    </article>
  );
}

function keptText(keptFor: string, say: Say): string {
  const days = /^(\d{1,5}) days$/.exec(keptFor)?.[1];
  if (days !== undefined) return say('kept.days', { days: Number(days) });
  const name = `kept.${keptFor}`;
  const word = wordOr(name, 'kept');
  return word === name ? say(word) : keptFor;
}

function plainText({ column, value }: HeldItem): string {
  return `${column} ${value ?? ''}`;
}

function Told({ item, shown }: { readonly item: HeldItem; readonly shown: Shown }): VNode {
  const { say, language } = shown;
  const { field, column, value, unreadable } = item;
  return (
    <div>
      <dt>{say(wordOr(`field.${field ?? ''}`, 'technical'))}</dt>
      <dd dir="auto" title={column}>
        {unreadable ? say('unreadable') : linesOf(value ?? '', language).join('\n')}
      </dd>
    </div>
  );
}

const linesMax = 10_000;

/** What is kept as JSON is read by people as its words, one line for each thing in it. */
function linesOf(text: string, language: string): readonly string[] {
  if (!/^[[{]/.test(text)) return text.split('\n', linesMax);
  try {
    const read: unknown = JSON.parse(text);
    const things: readonly unknown[] = Array.isArray(read) ? read : [read];
    return things.slice(0, linesMax).map((thing) => wordsOf(thing, language).join(', '));
  } catch {
    return [text];
  }
}

const priced = z.object({ price_minor: z.number(), currency: z.string().regex(/^[A-Z]{3}$/) });

function wordsOf(thing: unknown, language: string): readonly string[] {
  if (thing === null || thing === undefined || thing === '') return [];
  const price = priced.safeParse(thing);
  if (price.success && typeof thing === 'object') {
    const { price_minor: minor, currency } = price.data;
    const others = Object.entries(thing).filter(([name]) => name !== 'price_minor' && name !== 'currency');
    return [...others.flatMap(([, one]) => wordsOf(one, language)), amountOf(minor, currency, language)];
  }
  if (typeof thing === 'object') return Object.values(thing).flatMap((one) => wordsOf(one, language));
  return typeof thing === 'string' || typeof thing === 'number' || typeof thing === 'boolean' ? [String(thing)] : [];
}

/** An amount in the smallest unit of its currency (ISO 4217), as people write it. */
function amountOf(minor: number, currency: string, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function Proofs({ ledger, say }: { readonly ledger: OwnLedger; readonly say: Say }): VNode {
  return (
    <>
      {ledger.entries.map((entry) => (
        <Proof key={entry.entryId} entry={entry} count={ledger.count} say={say} />
      ))}
      <Text label={`${say('ledger.policy')} · ${ledger.origin}`} text={ledger.policy} />
    </>
  );
}

function Proof(props: { readonly entry: ProvenEntry; readonly count: number; readonly say: Say }): VNode {
  const { entry, count, say } = props;
  const { number, index, text, details, nonce, proof } = entry;
  return (
    <article>
      <h3>{say('entry.number', { number, count })}</h3>
      <p>{index === null ? say('entry.waiting') : say('entry.placed', { index: String(index) })}</p>
      <p class="plain">{`${text} · ${JSON.stringify(details)} · ${nonce}`}</p>
      {proof === null ? null : <Text label={say('entry.proof')} text={proof} />}
    </article>
  );
}

function Text({ label, text }: { readonly label: string; readonly text: string }): VNode {
  return (
    <details>
      <summary>{label}</summary>
      <pre>{text}</pre>
    </details>
  );
}

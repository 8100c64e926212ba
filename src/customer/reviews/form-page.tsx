import type { ComponentChildren, VNode } from 'preact';
import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import { formUrl, limits, type FormError, type FormView } from './form-view.ts';

type Part = { readonly view: FormView; readonly say: Say };

/** Where a buyer writes: one page, whole without JavaScript; it names what was bought and nobody. */
export function formPage(view: FormView, { say, assetUrl }: PageNeeds): string {
  const { shop, state } = view;
  return frame(
    view,
    { say, assetUrl },
    say('review.title', { shop: shop.name }),
    <>
      <h1>{say('review.headline', { shop: shop.name })}</h1>
      {state === null ? <p>{say('review.intro')}</p> : <Stands view={view} say={say} state={state} />}
      <Errors view={view} say={say} />
      <form method="post" action={formUrl(view)} enctype="multipart/form-data">
        <Rate view={view} say={say} name="shop" title={say('review.shop', { shop: shop.name })} isNeeded />
        <Rate view={view} say={say} name="delivery" title={say('review.delivery')} />
        {view.products.length === 0 ? null : <h2>{say('review.products')}</h2>}
        {view.products.map((name, place) => (
          <Rate key={name} view={view} say={say} name={`product-${place}`} title={name} />
        ))}
        <Line view={view} say={say} name="heading" title={say('review.heading')} />
        <LongText view={view} say={say} />
        <Pictures view={view} say={say} />
        <Line view={view} say={say} name="by" title={say('review.by')} hint={say('review.by.hint')} />
        <button class="button" type="submit">
          {say(state === null ? 'review.send' : 'review.change')}
        </button>
        <section class="law" aria-labelledby="what">
          <h2 id="what">{say('review.what')}</h2>
          <ul>
            {view.law.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      </form>
      {state === null ? null : <Withdraw view={view} say={say} />}
    </>,
  );
}

function Stands({ view, say, state }: Part & { readonly state: NonNullable<FormView['state']> }): VNode {
  const { reason, note } = view.why;
  return (
    <div class={`said ${state}`}>
      <p>
        {say(`review.state.${state}`, { reason })} {say('review.until', { day: view.until })}
      </p>
      {note === '' ? null : <p dir="auto">{say('review.state.note', { note })}</p>}
    </div>
  );
}

type Framed = Pick<FormView, 'language' | 'shop' | 'languages' | 'protectionUrl'>;

export function frame(view: Framed, { say, assetUrl }: PageNeeds, title: string, children: ComponentChildren): string {
  return page(
    {
      language: view.language,
      dir: directionOf(view.language),
      title,
      assetUrl,
      styles: ['tracking.css', 'review-form.css'],
      scripts: ['once.js', 'smaller.js'],
      theme: view.shop,
      skipText: say('review.skip'),
      header: <ShopHeader view={view} say={say} />,
      footer: <ShopFooter shop={view.shop} protectionUrl={view.protectionUrl} say={say} />,
    },
    <div class="plain review">{children}</div>,
  );
}

function Errors({ view, say }: Part): VNode | null {
  if (view.errors.length === 0) return null;
  return (
    <div class="said bad" role="alert" id="errors">
      <p>
        <b>{say('review.error.headline')}</b>
      </p>
      <ul>
        {view.errors.map((error) => (
          <li key={error}>
            <a href={`#${fieldOf(error)}`}>{errorText(error, say)}</a>
          </li>
        ))}
      </ul>
      <p>{say('review.error.kept')}</p>
    </div>
  );
}

function fieldOf(error: FormError): string {
  if (error === 'shop') return 'shop-5';
  return error.startsWith('pictures') ? 'pictures' : error;
}

function errorText(error: FormError, say: Say): string {
  const counts = { heading: limits.heading, text: limits.text, by: limits.by, 'pictures.count': limits.pictures };
  const count = Object.entries(counts).find(([name]) => name === error)?.[1] ?? 0;
  return say(`review.error.${error}`, { count });
}

/** Five radio buttons and one for none: they work by keyboard, by touch and by ear. */
function Rate(
  props: Part & {
    readonly name: 'shop' | 'delivery' | `product-${number}`;
    readonly title: string;
    readonly isNeeded?: boolean;
  },
): VNode {
  const { view, say, name, title, isNeeded = false } = props;
  const given = starsOf(view, name);
  const isWrong = isNeeded && view.errors.includes('shop');
  const hint = name === 'shop' || name === 'delivery' ? say(`review.${name}.hint`) : null;
  return (
    <fieldset class="rate" aria-describedby={isWrong ? 'shop-error' : undefined}>
      <legend>
        <bdi>{title}</bdi> <small>{say(isNeeded ? 'review.needed' : 'review.optional')}</small>
      </legend>
      {hint === null ? null : <p class="soft small">{hint}</p>}
      {isWrong ? (
        <p class="error" id="shop-error">
          {say('review.error.shop')}
        </p>
      ) : null}
      <div class="choices">
        {([1, 2, 3, 4, 5] as const).map((stars) => (
          <label key={stars} title={say(`review.stars.${stars}`)}>
            <input
              type="radio"
              name={name}
              id={`${name}-${stars}`}
              value={String(stars)}
              checked={given === stars}
              required={isNeeded}
              autocomplete="off"
            />
            <span class="star" aria-hidden="true" />
            <span class="unseen">{say('review.stars', { stars, word: say(`review.stars.${stars}`) })}</span>
          </label>
        ))}
        {isNeeded ? null : (
          <label class="none">
            <input type="radio" name={name} value="" checked={given === null} autocomplete="off" />
            <span>{say('review.stars.none')}</span>
          </label>
        )}
      </div>
    </fieldset>
  );
}

function starsOf({ written }: FormView, name: 'shop' | 'delivery' | `product-${number}`): number | null {
  if (name === 'shop' || name === 'delivery') return written[name];
  return written.products.get(Number(name.slice('product-'.length))) ?? null;
}

function Line(
  props: Part & { readonly name: 'heading' | 'by'; readonly title: string; readonly hint?: string },
): VNode {
  const { view, say, name, title, hint } = props;
  const isWrong = view.errors.includes(name);
  const described = [hint === undefined ? '' : `${name}-hint`, isWrong ? `${name}-error` : '']
    .filter(Boolean)
    .join(' ');
  return (
    <div class="field">
      <label for={name}>
        {title} <small>{say('review.optional')}</small>
      </label>
      {hint === undefined ? null : (
        <p class="soft small" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {isWrong ? (
        <p class="error" id={`${name}-error`}>
          {errorText(name, say)}
        </p>
      ) : null}
      <input
        type="text"
        id={name}
        name={name}
        value={view.written[name]}
        maxLength={limits[name]}
        dir="auto"
        autocomplete="off"
        aria-describedby={described === '' ? undefined : described}
        aria-invalid={isWrong ? 'true' : undefined}
      />
    </div>
  );
}

function LongText({ view, say }: Part): VNode {
  const isWrong = view.errors.includes('text');
  return (
    <div class="field">
      <label for="text">
        {say('review.text')} <small>{say('review.optional')}</small>
      </label>
      <p class="soft small" id="text-hint">
        {say('review.text.hint', { count: limits.text })}
      </p>
      {isWrong ? (
        <p class="error" id="text-error">
          {errorText('text', say)}
        </p>
      ) : null}
      <textarea
        id="text"
        name="text"
        rows={7}
        dir="auto"
        aria-describedby={isWrong ? 'text-hint text-error' : 'text-hint'}
        aria-invalid={isWrong ? 'true' : undefined}
      >
        {view.written.text}
      </textarea>
    </div>
  );
}

function Pictures({ view, say }: Part): VNode {
  const { pictures } = view.written;
  const wrong = view.errors.filter((error) => error.startsWith('pictures'));
  return (
    <div class="field">
      <label for="pictures">
        {say('review.pictures')} <small>{say('review.optional')}</small>
      </label>
      <p class="soft small" id="pictures-hint">
        {say('review.pictures.hint', { count: limits.pictures })}
      </p>
      {wrong.map((error) => (
        <p key={error} class="error">
          {errorText(error, say)}
        </p>
      ))}
      {pictures.length === 0 ? null : (
        <ul class="kept">
          {pictures.map((hash, at) => (
            <li key={hash}>
              <label>
                <img src={`${view.action}/pictures/${hash}.jpg`} alt="" width={120} height={120} />
                <span>
                  <input type="checkbox" name="kept" value={hash} checked autocomplete="off" />{' '}
                  {say('review.pictures.keep', { place: at + 1 })}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <input
        type="file"
        id="pictures"
        name="pictures"
        multiple
        accept="image/jpeg,image/png,image/webp"
        aria-describedby="pictures-hint"
      />
    </div>
  );
}

/** For as long as a review is there, whether it can still be changed or not. */
export function Withdraw(props: {
  readonly view: Pick<FormView, 'action' | 'language' | 'isUnsure'>;
  readonly say: Say;
}): VNode {
  const { view, say } = props;
  return (
    <form class="withdraw" method="post" action={formUrl(view, '/withdraw')} aria-labelledby="withdraw">
      <h2 id="withdraw">{say('review.withdraw')}</h2>
      <p>{say('review.withdraw.text')}</p>
      {view.isUnsure ? <p class="error">{say('review.withdraw.unsure')}</p> : null}
      <label>
        <input type="checkbox" name="sure" value="yes" autocomplete="off" /> {say('review.withdraw.sure')}
      </label>
      <button class="button quiet" type="submit">
        {say('review.withdraw')}
      </button>
    </form>
  );
}

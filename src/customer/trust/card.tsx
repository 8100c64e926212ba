import type { ComponentChildren, VNode } from 'preact';
import type { ShownSeal } from '#evidence';
import { phoneUrl, webUrl } from '#kit/html';
import { directionOf, formatDay, formatTime, formatWeekday } from '#kit/words';
import { contactPathOf, helpPathOf, protectionPathOf, reviewsPathOf, sealsPathOf } from '#orders';
import { ledgerPathOf } from '#privacy';
import type { PublishedReview } from '#reviews';
import { sayWait } from '#service';
import type { Say } from '../words.ts';
import type { Trust } from './view.ts';
import { dayOf } from '../parts/home-day.ts';
import { MeanStars } from '../parts/mean-stars.tsx';
import { isFresh, standings, tones } from '../protecting/point.ts';

export type CardView = {
  readonly trust: Trust;
  readonly language: string;
  readonly now: Temporal.Instant;
  /** Of this house: cards stand on pages elsewhere, so their links say all of it. */
  readonly publicUrl: string;
  readonly say: Say;
};

/** What a shopper looks for before the order, in one card that any page of the shop may show. */
export function TrustCard(view: CardView): VNode {
  const { trust, language, say } = view;
  return (
    <section class="gp" lang={language} dir={directionOf(language)} aria-label={nameOf(view)}>
      <ul>
        <Ratings {...view} />
        {trust.seals.map((seal) => (
          <SealItem key={seal.certificateUrl} seal={seal} language={language} say={say} />
        ))}
        <Data {...view} />
        <Delivery {...view} />
        <People {...view} />
      </ul>
      <p class="own">
        {say('trust.own')}{' '}
        {trust.seals.length === 0 ? null : <Link href={linkTo(view, sealsPathOf)}>{say('trust.seals.how')}</Link>}
      </p>
    </section>
  );
}

function nameOf({ trust, say }: CardView): string {
  return say('trust.title', { shop: trust.shop.name });
}

/** The average, unless it stands beside it already, and what was said last. */
export function ReviewsCard(view: CardView & { readonly withoutAverage?: true }): VNode {
  const { trust, language, say } = view;
  return (
    <section class="gp" lang={language} dir={directionOf(language)} aria-label={titleOf(view)}>
      <ul>
        {view.withoutAverage === true ? null : <Ratings {...view} />}
        {trust.said.map((said) => (
          <SaidItem key={said.reviewId} said={said} language={language} say={say} />
        ))}
      </ul>
      <p class="own">
        <Link href={linkTo(view, reviewsPathOf)}>{say('trust.reviews.all')}</Link>
      </p>
    </section>
  );
}

function titleOf({ trust, say }: CardView): string {
  return say('trust.reviews.title', { shop: trust.shop.name });
}

function linkTo({ trust, language, publicUrl }: CardView, pathOf: typeof contactPathOf): string {
  return new URL(pathOf(trust.shop, language), publicUrl).href;
}

/** Out of a frame too. */
function Link(props: { readonly href: string; readonly children: ComponentChildren }): VNode {
  return (
    <a href={props.href} target="_top">
      {props.children}
    </a>
  );
}

function Item(props: {
  readonly drawing: keyof typeof drawings;
  readonly head: ComponentChildren;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <li class="point">
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={drawings[props.drawing]} />
      </svg>
      <p>
        <b>{props.head}</b>
      </p>
      {props.children}
    </li>
  );
}

function Ratings(view: CardView): VNode {
  const { trust, language, say } = view;
  const { count, mean } = trust.rating;
  if (mean === null) {
    return (
      <Item drawing="star" head={say('trust.rating.none')}>
        <p>
          {say('trust.rating.none.how')} <Link href={linkTo(view, reviewsPathOf)}>{say('trust.reviews.all')}</Link>
        </p>
      </Item>
    );
  }
  return (
    <Item
      drawing="star"
      head={
        <>
          {say('trust.rating', { mean: decimal(language, mean) })} <Stars stars={mean} language={language} say={say} />
        </>
      }
    >
      <p>
        <Link href={linkTo(view, reviewsPathOf)}>{say('trust.rating.count', { count })}</Link>
        {'. '}
        {say('trust.rating.how')}
      </p>
    </Item>
  );
}

function Stars(props: { readonly stars: number; readonly language: string; readonly say: Say }): VNode {
  const { stars, language, say } = props;
  return <MeanStars mean={stars} label={say('trust.stars', { stars: decimal(language, stars) })} />;
}

function SealItem(props: { readonly seal: ShownSeal; readonly language: string; readonly say: Say }): VNode {
  const { seal, language, say } = props;
  const { issuer, grade, scale, label, count } = seal;
  const date = dayOf(language, seal.checkedAt);
  const url = webUrl(seal.certificateUrl);
  const facts = [
    grade === null || scale === null
      ? label
      : say('trust.seal.graded', { grade: decimal(language, grade), scale: decimal(language, scale) }),
    count === null ? null : say('trust.seal.count', { count }),
    say(seal.isStale ? 'trust.seal.stale' : 'trust.seal.checked', { date }),
  ].filter((fact) => fact !== null);
  return (
    <Item drawing="seal" head={<span dir="auto">{seal.name}</span>}>
      <p>
        {sentence(language, facts)}
        {'. '}
        {url === null ? null : (
          <a href={url} target="_top" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
            {say(`trust.seal.proof.${seal.kind}`, { issuer })}
          </a>
        )}
      </p>
    </Item>
  );
}

function sentence(language: string, parts: readonly string[]): string {
  const text = parts.join(', ');
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

function Data(view: CardView): VNode {
  const { trust, language, say } = view;
  const { lock } = trust;
  // What is worse is said on the page of protection, with what it means.
  const isKnown =
    lock !== null && lock.grade !== null && isFresh(lock.at, view.now) && tones[standings[lock.grade]] === 'good';
  return (
    <Item drawing="lock" head={isKnown ? say('trust.lock', { grade: lock.grade ?? '' }) : say('trust.lock.none')}>
      <p>
        {isKnown ? `${say('trust.lock.at', { date: dayOf(language, lock.at) })} ` : ''}
        {say('trust.data')}
      </p>
      <p>
        <Link href={linkTo(view, protectionPathOf)}>{say('trust.data.link')}</Link>
        {' · '}
        <Link href={linkTo(view, ({ shopId }, said) => `${ledgerPathOf(shopId)}?language=${said ?? ''}`)}>
          {say('trust.data.ledger')}
        </Link>
      </p>
    </Item>
  );
}

function Delivery({ trust, language, say }: CardView): VNode | null {
  if (trust.carriers.length === 0) return null;
  const carriers = new Intl.ListFormat(language, { type: 'conjunction' }).format(trust.carriers);
  return (
    <Item drawing="box" head={say('trust.delivery', { carriers })}>
      <p>{say('trust.delivery.how')}</p>
    </Item>
  );
}

function People(view: CardView): VNode {
  const { trust, say } = view;
  const { contact } = trust;
  const call = phoneUrl(contact.phone);
  const where = [contact.legalName, contact.postal?.city ?? null].filter((part) => part !== null);
  const times = [openingOf(view), answeringOf(view)].filter((part) => part !== null);
  return (
    <Item drawing="people" head={say('trust.people')}>
      {where.length === 0 ? null : (
        <p>
          <span dir="auto">{where.join(', ')}</span>
        </p>
      )}
      {times.length === 0 ? null : <p>{times.join(' ')}</p>}
      <p>
        {call === null ? null : (
          <>
            <Link href={call}>{contact.phone}</Link>
            {' · '}
          </>
        )}
        <Link href={linkTo(view, contactPathOf)}>{say('contact.link')}</Link>
        {' · '}
        <Link href={linkTo(view, helpPathOf)}>{say('help.link')}</Link>
      </p>
    </Item>
  );
}

function openingOf({ trust, language, now, say }: CardView): string | null {
  const opened = trust.contact.openNow(now);
  if (opened === null) return null;
  const { open, until, opensAt } = opened;
  if (open && until === null) return `${say('trust.people.always')}.`;
  if (open && until !== null) return `${say('trust.people.open', { time: endOf(language, now, until) })}.`;
  return opensAt === null ? null : `${againText(opensAt, { language, now, say })}.`;
}

function againText(
  opensAt: Temporal.ZonedDateTime,
  { language, now, say }: Pick<CardView, 'language' | 'now' | 'say'>,
): string {
  const time = formatTime(language, opensAt.toPlainTime());
  if (daysUntil(now, opensAt) === 0) return say('trust.people.opens.today', { time });
  return say('trust.people.opens', { day: dayName(language, now, opensAt), time });
}

const dayHours = 24;
const weekDays = 7;

/** A time alone is one of the next 24 hours. */
function endOf(language: string, now: Temporal.Instant, until: Temporal.ZonedDateTime): string {
  const time = formatTime(language, until.toPlainTime());
  const hours = now.until(until.toInstant()).total('hours');
  return hours < dayHours ? time : `${dayName(language, now, until)}, ${time}`;
}

/** A weekday alone is one of the next seven days: who is away for longer says the date. */
function dayName(language: string, now: Temporal.Instant, at: Temporal.ZonedDateTime): string {
  return daysUntil(now, at) < weekDays
    ? formatWeekday(language, at.toPlainDate(), 'long')
    : formatDay(language, at.toPlainDate(), { weekday: true });
}

function daysUntil(now: Temporal.Instant, at: Temporal.ZonedDateTime): number {
  const today = now.toZonedDateTimeISO(at.timeZoneId).toPlainDate();
  return today.until(at.toPlainDate()).total('days');
}

function answeringOf({ trust, language, say }: CardView): string | null {
  const minutes = trust.contact.answerTime?.medianMinutes;
  return minutes === undefined ? null : say('trust.people.answered', { time: sayWait(language, minutes) });
}

function SaidItem(props: { readonly said: PublishedReview; readonly language: string; readonly say: Say }): VNode {
  const { said, language, say } = props;
  const { title, text } = said;
  return (
    <li class="said" lang={said.language} dir="auto">
      <p>
        <Stars stars={said.shop} language={language} say={say} />{' '}
        <span class="when" lang={language}>
          {dayOf(language, said.at)}
        </span>
      </p>
      {title === null || title === '' ? null : (
        <p>
          <b>{title}</b>
        </p>
      )}
      {text === null || text === '' ? null : <p>{shortened(text)}</p>}
    </li>
  );
}

const textMax = 240;

/** Whole words, up to a length; the page of reviews has all of it. */
function shortened(text: string): string {
  if (text.length <= textMax) return text;
  // Where nothing parts the words, half a character must not be left.
  const cut = text.slice(0, textMax).replace(/[\uD800-\uDBFF]$/, '');
  const end = cut.lastIndexOf(' ');
  return `${(end < textMax / 2 ? cut : cut.slice(0, end)).trimEnd()} …`;
}

function decimal(language: string, value: number): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}

const drawings = {
  star: 'M12 3.5l2.6 5.6 6 .7-4.5 4.1 1.3 6-5.4-3-5.4 3 1.3-6-4.5-4.1 6-.7z',
  seal: 'M12 3l2.2 1.6 2.7-.1.7 2.6 2.2 1.6-.9 2.6.9 2.5-2.2 1.6-.7 2.7-2.7-.1L12 19.6l-2.2-1.6-2.7.1-.7-2.7-2.2-1.6.9-2.5-.9-2.6 2.2-1.6.7-2.6 2.7.1zM8.8 11.4l2.3 2.3 4.2-4.4',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  box: 'M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8',
  people: 'M4 6h16v10h-8l-4 4v-4H4zM8 10h8M8 13h5',
} as const;

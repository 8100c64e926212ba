import type { ComponentChildren, VNode } from 'preact';
import { page } from '#kit/html';
import { directionOf, formatDate, formatDay, formatTime } from '#kit/words';
import { protectionPathOf, type Shop } from '#orders';
import { sayCaseCode, sayWait, textLengthMax, topics, type Case, type Service, type Slot } from '#service';
import { townOf } from '../hours-view.ts';
import { faceOf, languageLinks } from '../../parts/shop-face.ts';
import { Contact, ShopFooter, ShopHeader } from '../../parts/shop-frame.tsx';
import type { PageNeeds } from '../../tracking-page.tsx';
import type { Say } from '../../words.ts';
import { trapField, type Typed, type Wrong } from './read-form.ts';

/** What stands in the form, and what is wrong with it. */
export type Fresh = { readonly typed: Typed; readonly wrong: Wrong; readonly isOften: boolean };

export type WriteView = Fresh & {
  readonly shop: Shop;
  readonly language: string;
  /** Of the form, without a query. */
  readonly path: string;
  readonly backPath: string;
  /** Behind the link of an order: where to answer is known, and not shown. */
  readonly isKnown: boolean;
  /** The call is what the reader came for. */
  readonly wantsCall: boolean;
  readonly zone: string;
  readonly slots: readonly Slot[];
  readonly answerTime: Awaited<ReturnType<Service['cases']['answerTime']>>;
  /** What was asked before, of whoever's link it is. */
  readonly own: readonly Case[];
};

/** The form; what was typed stands in it again where something is wrong. */
export function writePage(view: WriteView, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, isKnown, typed, wrong } = view;
  const title = say('write.title', { shop: shop.name });
  const isWrong = Object.keys(wrong).length > 0;
  return frame(
    view,
    needs,
    title,
    <>
      <Back view={view} say={say} />
      <h1>{title}</h1>
      {isWrong || view.isOften ? (
        <p class="said wrong" role="alert">
          {say(view.isOften ? 'write.wrong.often' : 'write.wrong')}
        </p>
      ) : null}
      <p>
        {say('write.intro')} {timeOf(view, say)}
      </p>
      {typed.case === '' ? null : (
        <p class="said">
          {say('write.case', { number: typed.case })}{' '}
          <a href={inLanguage(view.path, view.language)}>{say('write.case.new')}</a>
        </p>
      )}
      <form method="post" action={inLanguage(view.path, view.language)}>
        <input type="hidden" name="once" value={typed.once} />
        <input type="hidden" name="case" value={typed.case} />
        {isKnown ? <p class="soft">{say('write.known')}</p> : <Who view={view} say={say} />}
        {typed.case === '' ? <Topics view={view} say={say} /> : null}
        <Text view={view} say={say} />
        <CallBack view={view} say={say} />
        {isKnown && typed.case === '' ? <OtherEmail view={view} say={say} /> : null}
        <p class="trap" aria-hidden="true">
          <label>
            {say('write.trap')} <input name={trapField} type="text" tabindex={-1} autocomplete="off" />
          </label>
        </p>
        <p>
          <button class="button" type="submit">
            {say('write.send')}
          </button>
        </p>
      </form>
      <Own view={view} say={say} />
    </>,
  );
}

/** What happens next. */
export function sentPage(view: WriteView, number: string, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, isKnown, language, path } = view;
  const title = say('write.sent');
  return frame(
    view,
    needs,
    title,
    <>
      <h1>{title}</h1>
      <output class="said good">{say('write.sent.number', { number })}</output>
      <h2>{say('write.sent.next')}</h2>
      <ul class="next-steps">
        <li>{say('write.sent.copy')}</li>
        <li>
          {say('write.sent.people', { shop: shop.name })} {timeOf(view, say)}
        </li>
        {isKnown ? (
          <li>
            {say('write.sent.again')}{' '}
            <a href={inLanguage(`${view.backPath}/data`, language)}>{say('write.sent.data')}</a>
          </li>
        ) : null}
      </ul>
      <p>
        <a href={inLanguage(path, language)}>{say('write.sent.more')}</a>
      </p>
      <Back view={view} say={say} />
    </>,
  );
}

function frame(view: WriteView, { say, assetUrl }: PageNeeds, title: string, children: ComponentChildren): string {
  const { shop, language, path } = view;
  const face = faceOf(shop, language);
  return page(
    {
      language,
      dir: directionOf(language),
      title: title.includes(shop.name) ? title : `${title} · ${shop.name}`,
      assetUrl,
      styles: ['tracking.css', 'form.css'],
      scripts: ['once.js'],
      theme: shop.face,
      skipText: say('write.skip'),
      header: <ShopHeader view={{ shop: face, language, languages: languageLinks(path) }} say={say} />,
      footer: <ShopFooter shop={face} protectionUrl={protectionPathOf(shop, language)} say={say} />,
    },
    <div class="plain writing">
      {children}
      <Contact shop={face} say={say} />
    </div>,
  );
}

type Part = { readonly view: WriteView; readonly say: Say };

function inLanguage(path: string, language: string): string {
  return `${path}?language=${language.slice(0, 2)}`;
}

function timeOf({ answerTime, language }: WriteView, say: Say): string {
  if (answerTime === null) return '';
  const { medianMinutes, p90Minutes } = answerTime;
  return say('write.time', { median: sayWait(language, medianMinutes), p90: sayWait(language, p90Minutes) });
}

function Back({ view, say }: Part): VNode {
  const { isKnown, backPath, language } = view;
  return (
    <p>
      <a href={isKnown ? inLanguage(backPath, language) : backPath}>
        {say(isKnown ? 'write.back.parcel' : 'write.back')}
      </a>
    </p>
  );
}

/** What is wrong with a field stands below it, and is read out with it. */
function Trouble(props: { readonly field: keyof Wrong; readonly view: WriteView; readonly say: Say }): VNode | null {
  const word = props.view.wrong[props.field];
  if (word === undefined) return null;
  return (
    <small class="trouble" id={`wrong-${props.field}`}>
      {props.say(`write.wrong.${word}`, { max: textLengthMax })}
    </small>
  );
}

function described(field: keyof Wrong, { wrong }: WriteView, note?: string) {
  const ids = [...(note === undefined ? [] : [note]), ...(wrong[field] === undefined ? [] : [`wrong-${field}`])];
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(wrong[field] === undefined ? {} : { 'aria-invalid': 'true' as const }),
  };
}

function Who({ view, say }: Part): VNode {
  const { typed } = view;
  return (
    <>
      <p>
        <label for="email">{say('write.email')}</label>
        <input
          id="email"
          name="email"
          type="email"
          value={typed.email}
          maxlength={254}
          autocomplete="email"
          required
          dir="ltr"
          {...described('email', view, 'email-note')}
        />
        <small id="email-note">{say('write.email.note')}</small>
        <Trouble field="email" view={view} say={say} />
      </p>
      <p>
        <label for="name">{say('write.name')}</label>
        <input id="name" name="name" type="text" value={typed.name} maxlength={200} autocomplete="name" dir="auto" />
      </p>
      <p>
        <label for="order">{say('write.order')}</label>
        <input id="order" name="order" type="text" value={typed.order} maxlength={100} autocomplete="off" dir="auto" />
      </p>
    </>
  );
}

function OtherEmail({ view, say }: Part): VNode {
  return (
    <p>
      <label for="email">{say('write.email.other')}</label>
      <input
        id="email"
        name="email"
        type="email"
        value={view.typed.email}
        maxlength={254}
        autocomplete="email"
        dir="ltr"
        {...described('email', view)}
      />
      <Trouble field="email" view={view} say={say} />
    </p>
  );
}

function Topics({ view, say }: Part): VNode {
  const { typed, language } = view;
  return (
    <p>
      <label for="topic">{say('write.topic')}</label>
      <select id="topic" name="topic" required {...described('topic', view)}>
        <option value="">{say('write.topic.choose')}</option>
        {topics.map((topic) => (
          <option key={topic} value={topic} selected={typed.topic === topic}>
            {sayCaseCode(language, 'topic', topic)}
          </option>
        ))}
      </select>
      <Trouble field="topic" view={view} say={say} />
    </p>
  );
}

function Text({ view, say }: Part): VNode {
  return (
    <p>
      <label for="text">{say('write.text')}</label>
      <textarea
        id="text"
        name="text"
        rows={8}
        maxlength={textLengthMax}
        required
        dir="auto"
        {...described('text', view, 'text-note')}
      >
        {view.typed.text}
      </textarea>
      <small id="text-note">{say('write.text.note', { max: textLengthMax })}</small>
      <Trouble field="text" view={view} say={say} />
    </p>
  );
}

/** A time and a number; nothing where the shop offers no calls. */
function CallBack({ view, say }: Part): VNode | null {
  const { slots, zone, typed, wrong, language } = view;
  if (slots.length === 0) return null;
  const isWrong = wrong.slot !== undefined || wrong.phone !== undefined;
  const isOpen = view.wantsCall || isWrong || typed.slot !== '' || typed.phone !== '';
  const local = (at: Temporal.Instant): Temporal.ZonedDateTime => at.toZonedDateTimeISO(zone);
  const byDay = Map.groupBy(slots, ({ startsAt }) => local(startsAt).toPlainDate().toString());
  return (
    <details id="call" open={isOpen}>
      <summary>{say('write.call')}</summary>
      <p>
        <label for="slot">{say('write.call.slot', { zone: townOf(zone) })}</label>
        <select id="slot" name="slot" {...described('slot', view)}>
          <option value="">{say('write.call.none')}</option>
          {[...byDay].map(([day, ofDay]) => (
            <optgroup key={day} label={formatDay(language, Temporal.PlainDate.from(day), { weekday: true })}>
              {ofDay.map(({ startsAt, endsAt }) => (
                <option key={String(startsAt)} value={String(startsAt)} selected={typed.slot === String(startsAt)}>
                  {formatTime(language, local(startsAt).toPlainTime())} –{' '}
                  {formatTime(language, local(endsAt).toPlainTime())}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        <Trouble field="slot" view={view} say={say} />
      </p>
      <p>
        <label for="phone">{say('write.call.phone')}</label>
        <input
          id="phone"
          name="phone"
          type="tel"
          value={typed.phone}
          maxlength={60}
          autocomplete="tel"
          dir="ltr"
          {...described('phone', view, 'phone-note')}
        />
        <small id="phone-note">{say('write.call.note')}</small>
        <Trouble field="phone" view={view} say={say} />
      </p>
    </details>
  );
}

/** When and about what, and how it stands; the words themselves stand behind a code. */
function Own({ view, say }: Part): VNode | null {
  const { own, language, path, zone } = view;
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="own">
      <h2 id="own">{say('write.own')}</h2>
      <ul>
        {own.map(({ number, openedAt, topic, state }) => (
          <li key={number}>
            <b>
              {say('write.own.line', {
                day: formatDate(language, openedAt.toZonedDateTimeISO(zone).toPlainDate()),
                topic: sayCaseCode(language, 'topic', topic),
              })}
            </b>
            <span class={`state ${state}`}>{sayCaseCode(language, 'state', state)}</span>
            <a href={`${inLanguage(path, language)}&case=${encodeURIComponent(number)}`}>
              {say('write.own.more', { number })}
            </a>
          </li>
        ))}
      </ul>
      <p>
        {say('write.sent.again')} <a href={inLanguage(`${view.backPath}/data`, language)}>{say('write.sent.data')}</a>
      </p>
    </section>
  );
}

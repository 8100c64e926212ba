import type { ComponentChildren, VNode } from 'preact';
import type { Shop } from '#orders';
import type { PageNeeds } from '../../tracking-page.tsx';
import type { Say } from '../../words.ts';
import { dataFrame, inLanguage } from './frame.tsx';

type Base = {
  readonly shop: Shop;
  readonly language: string;
  /** Of the open page: `/t/…/data/…`. */
  readonly path: string;
  /** Why what was sent was not done. */
  readonly said: string | null;
};

export type Typed = Readonly<Record<'name' | 'email' | 'phone' | 'street' | 'postcode' | 'city' | 'country', string>>;

export type ActView = Base &
  (
    | {
        readonly act: 'correct';
        readonly typed: Typed;
        /** Fields that cannot be used as they stand. */
        readonly wrong: readonly (keyof Typed)[];
        readonly hasReceiver: boolean;
      }
    | { readonly act: 'restrict'; readonly since: string | null }
    | { readonly act: 'object'; readonly purposes: readonly Purpose[] }
    | {
        readonly act: 'erase';
        readonly sure: boolean;
        readonly kept: readonly string[];
        readonly others: string | null;
      }
  );

type Purpose = {
  readonly key: string;
  readonly label: string;
  /** That it is objected to, since when. */
  readonly since: string | null;
};

/** One thing that a person can do about their data: what it means, and a button that does it. */
export function actPage(view: ActView, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, language, act, path, said } = view;
  const title = say(act === 'erase' && view.sure ? 'data.erase.sure' : `data.right.${act}`);
  return dataFrame(
    { shop, language, title, path: said === null ? `${path}/${act}` : null, scripts: ['once.js'] },
    needs,
    <div class="intro">
      <h1>{title}</h1>
      {said === null ? null : (
        <p class="done no" role="alert">
          {said}
        </p>
      )}
      {bodyOf(view, say)}
      <p>
        <a href={inLanguage(path, language)}>{say('data.cancel')}</a>
      </p>
    </div>,
  );
}

function bodyOf(view: ActView, say: Say): VNode {
  if (view.act === 'correct') return <Correct view={view} say={say} />;
  if (view.act === 'restrict') return <Restrict view={view} say={say} />;
  if (view.act === 'object') return <ObjectTo view={view} say={say} />;
  return <Erase view={view} say={say} />;
}

type Of<Act extends ActView['act']> = { readonly view: Extract<ActView, { act: Act }>; readonly say: Say };

function Form(props: {
  readonly view: ActView;
  readonly values: Readonly<Record<string, string>>;
  readonly label: string;
  readonly look?: string;
  readonly children?: ComponentChildren;
}): VNode {
  const { view, values, label, look = 'button', children } = props;
  return (
    <form method="post" action={inLanguage(`${view.path}/${view.act}`, view.language)}>
      {Object.entries(values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <p>
        <button class={look} type="submit">
          {label}
        </button>
      </p>
    </form>
  );
}

const longest = { name: 200, email: 254, phone: 40, street: 300, postcode: 20, city: 120, country: 2 } as const;
const autocomplete = {
  name: 'name',
  email: 'email',
  phone: 'tel',
  street: 'street-address',
  postcode: 'postal-code',
  city: 'address-level2',
  country: 'country',
} as const;
const labels = {
  name: 'data.field.name',
  email: 'data.field.email',
  phone: 'data.field.phone',
  street: 'data.correct.street',
  postcode: 'data.field.postcode',
  city: 'data.correct.city',
  country: 'data.correct.country',
} as const;

function Correct({ view, say }: Of<'correct'>): VNode {
  const fields = ['name', 'email', 'phone', 'street', 'postcode', 'city', 'country'] as const;
  return (
    <>
      <p>{say('data.correct.text')}</p>
      {view.hasReceiver ? <p class="state">{say('data.correct.receiver', { shop: view.shop.name })}</p> : null}
      <Form view={view} values={{}} label={say('data.correct.save')}>
        {fields.map((field) => (
          <label key={field}>
            {say(labels[field])}
            <input
              name={field}
              type={field === 'email' ? 'email' : field === 'phone' ? 'tel' : 'text'}
              value={view.typed[field]}
              maxlength={longest[field]}
              autocomplete={autocomplete[field]}
              dir="auto"
              list={undefined}
              {...(view.wrong.includes(field) ? { 'aria-invalid': 'true', 'aria-describedby': `wrong-${field}` } : {})}
            />
            {view.wrong.includes(field) ? (
              <small class="trouble" id={`wrong-${field}`}>
                {say(`data.correct.wrong.${field}`)}
              </small>
            ) : null}
          </label>
        ))}
      </Form>
      <p class="soft small">{say('data.correct.late')}</p>
    </>
  );
}

function Restrict({ view, say }: Of<'restrict'>): VNode {
  const isOn = view.since !== null;
  return (
    <>
      {view.since === null ? null : <p class="state">{view.since}</p>}
      <p>{say(isOn ? 'data.restrict.off.text' : 'data.restrict.on.text', { shop: view.shop.name })}</p>
      <Form
        view={view}
        values={{ on: isOn ? 'no' : 'yes' }}
        label={say(isOn ? 'data.restrict.off' : 'data.restrict.on')}
      />
    </>
  );
}

function ObjectTo({ view, say }: Of<'object'>): VNode {
  return (
    <>
      <p>{say('data.object.text')}</p>
      {view.purposes.map(({ key, label, since }) => (
        <article key={key} class="recipient">
          <h2>{label}</h2>
          {since === null ? null : <p class="state">{since}</p>}
          <Form
            view={view}
            values={{ purpose: key, on: since === null ? 'yes' : 'no' }}
            label={say(since === null ? 'data.object.on' : 'data.object.off')}
            look="button quiet"
          />
        </article>
      ))}
    </>
  );
}

function Erase({ view, say }: Of<'erase'>): VNode {
  const { shop, path, language, kept } = view;
  if (view.sure) {
    return (
      <>
        <p>{say('data.erase.sure.text')}</p>
        <Form view={view} values={{ sure: 'yes' }} label={say('data.erase.now')} look="button danger" />
      </>
    );
  }
  return (
    <>
      <p>{say('data.erase.text', { shop: shop.name })}</p>
      {view.others === null ? null : <p>{view.others}</p>}
      <p>{say('data.erase.way')}</p>
      <h2>{say('data.erase.hold')}</h2>
      <p>{say('data.erase.hold.text')}</p>
      {kept.length === 0 ? (
        <p>{say('data.erase.hold.none')}</p>
      ) : (
        <ul class="lines">
          {kept.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p>{say('data.erase.proof')}</p>
      <p class="links">
        <a class="button danger" href={`${inLanguage(`${path}/erase`, language)}&sure=1`}>
          {say('data.erase.go_on')}
        </a>
        <a href={inLanguage(path, language)}>{say('data.erase.download')}</a>
      </p>
    </>
  );
}

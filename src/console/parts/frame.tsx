import { Fragment, type ComponentChildren, type VNode } from 'preact';
import { page, WordMark, type AssetUrl } from '#kit/html';
import { consolePaths } from '../paths.ts';
import type { DoorView, StaffFrame } from '../view.ts';
import type { ConsoleWord, Say } from '../words.ts';

export type PageNeeds = { readonly say: Say; readonly assetUrl: AssetUrl };

type Place =
  | 'parcels'
  | 'import'
  | 'notices'
  | 'protection'
  | 'breaches'
  | 'codes'
  | 'requests'
  | 'inbox'
  | 'reviews'
  | 'record'
  | 'retention'
  | 'parked'
  | 'mailbox'
  | 'mailRoom'
  | 'certificate'
  | 'shop'
  | 'contact'
  | 'ownPages'
  | 'carriers'
  | 'answers'
  | 'rules'
  | 'seals'
  | 'settings'
  | 'keys'
  | 'keyring'
  | 'audit'
  | 'witnesses'
  | 'ledger'
  | 'health';

/** Where a place stands; the shop's settings stand beside the choice of the shop. */
function pathOf(place: Place): string {
  return place === 'shop' ? consolePaths.face : consolePaths[place];
}

/** A page of the console: navigation at the side, the sample banner and what was just done above the content. */
export function staffPage(
  frame: StaffFrame,
  needs: PageNeeds,
  given: { readonly title: string; readonly place: Place | null },
  children: ComponentChildren,
): string {
  const { say, assetUrl } = needs;
  return page(
    {
      language: frame.language,
      dir: frame.dir,
      title: say('frame.title', { page: given.title }),
      assetUrl,
      styles: ['console.css'],
      scripts: ['once.js'],
      theme: null,
      skipText: say('frame.skip'),
      header: <Side frame={frame} place={given.place} say={say} />,
      footer: null,
    },
    <>
      {frame.sample ? (
        <p class="sample">
          {say('frame.sample')} <a href={consolePaths.sample}>{say('frame.sample.remove')}</a>
        </p>
      ) : null}
      {frame.breaches.open === 0 ? null : (
        <p class="failed" role="alert">
          {say(frame.breaches.byCanary ? 'frame.canary' : 'frame.breach', { count: frame.breaches.open })}{' '}
          {frame.breaches.due === null ? null : say('frame.breach.due', { due: frame.breaches.due })}{' '}
          <a href={consolePaths.breaches}>{say('nav.breaches')}</a>
        </p>
      )}
      {frame.done === null ? null : <output class="done">{frame.done}</output>}
      {frame.failed === null ? null : (
        <p class="failed" role="alert">
          {frame.failed}
        </p>
      )}
      <h1>{given.title}</h1>
      {children}
    </>,
  );
}

function Side(props: { readonly frame: StaffFrame; readonly place: Place | null; readonly say: Say }): VNode {
  const { frame, place, say } = props;
  return (
    <>
      <div class="house">
        <a href={consolePaths.parcels}>
          <WordMark height={26} />
        </a>
        {frame.shops.length > 1 ? (
          <ShopChoice frame={frame} say={say} />
        ) : (
          <bdi class="soft small">{frame.shopName}</bdi>
        )}
      </div>
      <nav aria-label={say('frame.nav')}>
        {groups(frame).map(({ name, places }) => (
          <Fragment key={name}>
            <p id={`nav-${name}`}>{say(`nav.of.${name}`)}</p>
            <ul aria-labelledby={`nav-${name}`}>
              {places.map(([key, count]) => (
                <li key={key}>
                  <a href={pathOf(key)} aria-current={key === place ? 'page' : undefined}>
                    {say(`nav.${key}`)}
                    {count === 0 ? null : <Count place={key} count={count} say={say} />}
                  </a>
                </li>
              ))}
            </ul>
          </Fragment>
        ))}
      </nav>
      <div class="self">
        <form method="post" action={consolePaths.language}>
          <ul aria-label={say('frame.language')}>
            {frame.languages.map(({ code, label }) => (
              <li key={code}>
                {code === frame.language ? (
                  <b lang={code} aria-current="true">
                    {label}
                  </b>
                ) : (
                  <button class="plain-button" type="submit" name="language" value={code} lang={code}>
                    {label}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </form>
        <form method="post" action={consolePaths.signOut}>
          <button class="plain-button" type="submit">
            {say('frame.sign_out')}
          </button>
        </form>
      </div>
    </>
  );
}

const countWords: Readonly<Partial<Record<Place, ConsoleWord>>> = { protection: 'frame.alarms', requests: 'frame.due' };

function Count(props: { readonly place: Place; readonly count: number; readonly say: Say }): VNode {
  const { place, count, say } = props;
  const look =
    place === 'protection' || place === 'breaches' ? 'count bad' : place === 'mailbox' ? 'count' : 'count waiting';
  return (
    <span class={look}>
      {count}
      <span class="unseen"> {say(countWords[place] ?? 'frame.waiting', { count })}</span>
    </span>
  );
}

/** Which shop the pages are about, and the way to the others. */
function ShopChoice(props: { readonly frame: StaffFrame; readonly say: Say }): VNode {
  const { frame, say } = props;
  const others = frame.shops.filter(({ current }) => !current);
  return (
    <details class="shops">
      <summary>
        <span class="unseen">{say('frame.shop')}: </span>
        <bdi>{frame.shopName}</bdi>
      </summary>
      <form method="post" action={consolePaths.shop}>
        <ul>
          {others.map(({ id, name }) => (
            <li key={id}>
              <button class="plain-button" type="submit" name="shop" value={id}>
                <bdi>{name}</bdi>
              </button>
            </li>
          ))}
        </ul>
      </form>
    </details>
  );
}

type Group = {
  readonly name: 'today' | 'customers' | 'protection' | 'house';
  readonly places: readonly (readonly [place: Place, count: number])[];
};

/** What is looked at every day comes first, what is set once comes last. */
function groups(frame: StaffFrame): readonly Group[] {
  const { mailbox, alarms, breaches } = frame;
  return [
    {
      name: 'today',
      places: [
        ['parcels', 0],
        ['inbox', frame.asking],
        ['requests', frame.due],
        ['reviews', frame.judging],
        ['notices', 0],
        ...(mailbox === null ? [] : ([['mailbox', mailbox.mails]] as const)),
        ['codes', frame.unmapped],
        ['parked', frame.parked],
      ],
    },
    {
      name: 'customers',
      places: [
        ['shop', 0],
        ['contact', 0],
        ['answers', 0],
        ['seals', 0],
        ['ownPages', 0],
      ],
    },
    {
      name: 'protection',
      places: [
        ['protection', alarms],
        ['breaches', breaches.open],
        ['rules', 0],
        ['ledger', 0],
        ['witnesses', 0],
        ['record', 0],
        ['retention', 0],
        ['keyring', 0],
      ],
    },
    {
      name: 'house',
      places: [
        ['carriers', 0],
        ['mailRoom', 0],
        ['import', 0],
        ['certificate', 0],
        ['keys', 0],
        ['health', 0],
        ['audit', 0],
        ['settings', 0],
      ],
    },
  ];
}

/** A page outside the session: the house's face and one thing to do. */
export function doorPage(view: DoorView, needs: PageNeeds, title: string, children: ComponentChildren): string {
  const { say, assetUrl } = needs;
  return page(
    {
      language: view.language,
      dir: view.dir,
      title: say('frame.title', { page: title }),
      assetUrl,
      styles: ['console.css'],
      scripts: ['once.js'],
      theme: null,
      skipText: say('frame.skip'),
      header: null,
      footer: null,
    },
    <div class="door">
      <p>
        <WordMark height={34} />
      </p>
      <h1>{title}</h1>
      {children}
    </div>,
  );
}

import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import { Labelled, ToOwnShop } from '../shop/face-page.tsx';
import type { CarriersView } from '../view.ts';
import type { Say } from '../words.ts';

type Account = CarriersView['accounts'][number];
type Form = CarriersView['forms'][number];

const tones = { works: 'good', rests: 'bad', waits: 'warn' } as const;

/** Who is asked where parcels are, whether they answer, and the way to connect another. */
export function carriersPage(view: CarriersView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('carriers.title'), place: 'carriers' },
    <>
      <p class="soft">{say('carriers.intro')}</p>
      {accountsOf(view, say)}
      {view.own === null ? (
        <section aria-labelledby="connect">
          <h2 id="connect">{say('carriers.connect')}</h2>
          <p class="soft">{say('carriers.connect.note')}</p>
          {view.forms.map((form) => (
            <Connect key={form.carrier} form={form} say={say} />
          ))}
        </section>
      ) : (
        <ToOwnShop own={view.own} say={say} />
      )}
    </>,
  );
}

function accountsOf(view: CarriersView, say: Say): VNode {
  return (
    <Table
      name={say('carriers.title')}
      rows={view.accounts}
      keyOf={({ id }) => id}
      empty={say('carriers.none')}
      columns={[
        {
          label: say('carriers.name'),
          cell: ({ name, carrier }) => (
            <>
              {name} <small class="soft">{carrier}</small>
            </>
          ),
        },
        {
          label: say('carriers.state'),
          cell: ({ state, why }) => (
            <span class="state">
              <Tag tone={tones[state]} text={say(`carriers.state.${state}`)} />
              {why === null ? null : <span class="soft">{why}</span>}
            </span>
          ),
        },
        {
          label: say('carriers.left'),
          cell: ({ left, perDay }) => say('carriers.left.of', { left, total: perDay }),
        },
        {
          label: say('carriers.push'),
          cell: ({ pushUrl }) =>
            pushUrl === null ? (
              <span class="soft">{say('carriers.push.none')}</span>
            ) : (
              <code class="address" dir="ltr">
                {pushUrl}
              </code>
            ),
        },
        {
          label: say('carriers.act'),
          unseen: true,
          cell: (account) => <Acts account={account} isOwn={view.own === null} say={say} />,
        },
      ]}
    />
  );
}

function Acts(props: { readonly account: Account; readonly isOwn: boolean; readonly say: Say }): VNode {
  const { account, isOwn, say } = props;
  const { id, name } = account;
  return (
    <div class="ways">
      <form method="post" action={consolePaths.tryCarrier}>
        <input type="hidden" name="id" value={id} />
        <button class="small-button" type="submit">
          {say('carriers.try')} <span class="unseen">{name}</span>
        </button>
      </form>
      {isOwn ? (
        <details class="sure">
          <summary>
            {say('carriers.disconnect')} <span class="unseen">{name}</span>
          </summary>
          <form method="post" action={consolePaths.disconnectCarrier}>
            <input type="hidden" name="id" value={id} />
            <p class="small">{say('carriers.disconnect.sure')}</p>
            <button class="small-button danger" type="submit">
              {say('carriers.disconnect.of', { name })}
            </button>
          </form>
        </details>
      ) : null}
    </div>
  );
}

function Connect(props: { readonly form: Form; readonly say: Say }): VNode {
  const { form, say } = props;
  const { name, carrier } = form;
  const title = say(form.isConnected ? 'carriers.connect.again' : 'carriers.connect.new', { name });
  return (
    <details class="card" open={form.isOpen}>
      <summary>
        {title} <small class="soft">{carrier}</small>
      </summary>
      <form class="form" method="post" action={consolePaths.carriers}>
        <input type="hidden" name="carrier" value={carrier} />
        {form.fields.map((field) => {
          const id = `${carrier}-${field.name}`;
          return (
            <Labelled key={field.name} id={id} label={field.label} note={null} wrong={field.wrong}>
              {(described) => <Credential id={id} field={field} described={described} />}
            </Labelled>
          );
        })}
        <p>
          <button class="button" type="submit">
            {title}
          </button>
        </p>
      </form>
    </details>
  );
}

function Credential(props: {
  readonly id: string;
  readonly field: Form['fields'][number];
  readonly described: string | undefined;
}): VNode {
  const { id, field, described } = props;
  const { name, value, wrong } = field;
  const common = {
    id,
    name: `set.${name}`,
    dir: 'ltr' as const,
    value,
    'aria-describedby': described,
    'aria-invalid': wrong === null ? undefined : ('true' as const),
  };
  return field.secret ? (
    <input {...common} type="password" autocomplete="new-password" />
  ) : (
    <input {...common} type="text" autocomplete="off" />
  );
}

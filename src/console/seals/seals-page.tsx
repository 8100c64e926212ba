import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import { Labelled } from '../shop/face-page.tsx';
import { sayCode, type Say } from '../words.ts';
import type { CheckRow, FormField, IssuerForm, SealRow, SealsView, SealView } from './seals-view.ts';

const stateTones = { valid: 'good', stale: 'warn', lost: 'bad', ended: 'bad', unchecked: 'quiet' } as const;
const outcomeTones = { valid: 'good', ended: 'bad', failed: 'warn' } as const;

/** Seals and ratings of others: which of them customers see, why the others are hidden, and the way to add one. */
export function sealsPage(view: SealsView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('seals.title'), place: 'seals' },
    <>
      <p class="soft prose">{say('seals.intro')}</p>
      <p class="prose">
        <b>{say('seals.lawful')}</b>
      </p>
      <p>
        <a href={view.publicUrl}>{say('seals.public')}</a>
      </p>
      {view.tried === null ? null : (
        <output class={view.tried.outcome === 'valid' ? 'done' : 'failed'}>
          {say('seals.tried', { said: view.tried.said })}
        </output>
      )}
      <Table
        name={say('seals.title')}
        rows={view.rows}
        keyOf={({ id }) => id}
        empty={say('seals.none')}
        columns={[
          { label: say('seals.name'), cell: (row) => nameOf(row, say) },
          { label: say('seals.state'), cell: (row) => stateOf(row, say) },
          { label: say('seals.read'), cell: ({ read }) => read ?? <span class="soft">–</span> },
          { label: say('seals.checked'), cell: ({ last }) => <When moment={last?.at ?? null} /> },
          { label: say('seals.next'), cell: ({ next }) => <When moment={next} /> },
          { label: say('seals.acts'), unseen: true, cell: (row) => <Acts row={row} say={say} /> },
        ]}
      />
      <section aria-labelledby="add">
        <h2 id="add">{say('seals.add')}</h2>
        <p class="soft prose">{say('seals.add.note')}</p>
        {view.forms.map((form) => (
          <AddForm key={`${form.issuer} ${form.kind}`} form={form} say={say} />
        ))}
      </section>
    </>,
  );
}

function nameOf({ id, name, issuerName, kind }: SealRow, say: Say): VNode {
  return (
    <>
      <a href={consolePaths.seal(id)}>
        <bdi>{name}</bdi>
      </a>
      <small class="soft block">
        {say(`seals.kind.${kind}`)}
        {name === issuerName ? null : ` · ${issuerName}`}
      </small>
    </>
  );
}

function stateOf({ state, why }: SealRow, say: Say): VNode {
  return (
    <span class="state">
      <Tag tone={stateTones[state]} text={say(`seals.state.${state}`)} />
      {why === null ? null : <span class="soft">{why}</span>}
    </span>
  );
}

function Acts(props: { readonly row: SealRow; readonly say: Say }): VNode {
  const { say } = props;
  const { id, name } = props.row;
  return (
    <div class="ways">
      <form method="post" action={consolePaths.checkSeal}>
        <input type="hidden" name="seal" value={id} />
        <button class="small-button" type="submit">
          {say('seals.check')} <span class="unseen">{name}</span>
        </button>
      </form>
      <details class="sure">
        <summary>
          {say('seals.remove')} <span class="unseen">{name}</span>
        </summary>
        <form method="post" action={consolePaths.removeSeal}>
          <p class="small">{say('seals.remove.sure')}</p>
          <input type="hidden" name="seal" value={id} />
          <button class="small-button danger" type="submit">
            {say('seals.remove.do')} <span class="unseen">{name}</span>
          </button>
        </form>
      </details>
    </div>
  );
}

function AddForm(props: { readonly form: IssuerForm; readonly say: Say }): VNode {
  const { form, say } = props;
  const { issuer, kind, name } = form;
  const id = `${issuer}-${kind}`;
  return (
    <details class="card" open={form.isOpen} id={id}>
      <summary>
        {name} <small class="soft">{say(`seals.kind.${kind}`)}</small>
      </summary>
      <form class="form" method="post" action={`${consolePaths.seals}#${id}`}>
        <input type="hidden" name="issuer" value={issuer} />
        <input type="hidden" name="kind" value={kind} />
        {form.fields.map((field) => (
          <Labelled
            key={field.name}
            id={`${id}-${field.name}`}
            label={field.label}
            note={field.note}
            wrong={field.wrong}
          >
            {(described) => <Entry id={`${id}-${field.name}`} field={field} described={described} />}
          </Labelled>
        ))}
        <p class="ways">
          <button class="button" type="submit" name="act" value="add">
            {say('seals.add.do')} <span class="unseen">{name}</span>
          </button>
          <button class="button quiet" type="submit" name="act" value="try">
            {say('seals.try')} <span class="unseen">{name}</span>
          </button>
        </p>
      </form>
    </details>
  );
}

function Entry(props: {
  readonly id: string;
  readonly field: FormField;
  readonly described: string | undefined;
}): VNode {
  const { id, field, described } = props;
  const common = {
    id,
    name: field.name,
    dir: field.name === 'name' ? ('auto' as const) : ('ltr' as const),
    'aria-describedby': described,
    'aria-invalid': field.wrong === null ? undefined : ('true' as const),
  };
  if (field.as === 'text') {
    return <textarea {...common} rows={10} value={field.value} maxlength={20_000} spellcheck={false} />;
  }
  return field.as === 'secret' ? (
    <input {...common} type="password" autocomplete="new-password" />
  ) : (
    <input {...common} type="text" value={field.value} autocomplete="off" maxlength={1_000} />
  );
}

/** One of them: what its issuer answered, check by check, how it is asked, and who is invited through it. */
export function sealPage(view: SealView, needs: PageNeeds): string {
  const { say } = needs;
  const { row } = view;
  return staffPage(
    view.frame,
    needs,
    { title: row.name, place: 'seals' },
    <>
      <p>
        <a href={consolePaths.seals}>{say('seals.back')}</a>
      </p>
      <dl class="facts">
        <Fact label={say('seals.state')}>{stateOf(row, say)}</Fact>
        {row.read === null ? null : <Fact label={say('seals.read')}>{row.read}</Fact>}
        <Fact label={say('seals.issuer')}>{row.issuerName}</Fact>
        <Fact label={say('seals.domain')}>
          <bdi dir="ltr">{row.domain}</bdi>
        </Fact>
        <Fact label={say('seals.certificate')}>
          <a class="address" href={row.certificateUrl} rel="noopener noreferrer nofollow" dir="ltr">
            {row.certificateUrl}
          </a>
        </Fact>
        <Fact label={say('seals.next')}>
          <When moment={row.next} exact />
        </Fact>
      </dl>
      <Acts row={row} say={say} />
      {row.invites === null ? null : <Inviting view={view} since={row.invites.since?.at ?? null} say={say} />}
      <h2>{say('seals.checks')}</h2>
      <Table
        name={say('seals.checks')}
        rows={view.checks}
        keyOf={({ id }) => id}
        empty={say('seals.checks.none')}
        columns={[
          { label: say('seals.checked'), cell: ({ at }) => <When moment={at} exact /> },
          {
            label: say('seals.outcome'),
            cell: ({ outcome }) => <Tag tone={outcomeTones[outcome]} text={say(`seals.outcome.${outcome}`)} />,
          },
          { label: say('seals.said'), cell: ({ said }) => said },
          ...(view.checks.some(({ validUntil }) => validUntil !== null)
            ? [{ label: say('seals.until'), cell: ({ validUntil }: CheckRow) => validUntil ?? '–' }]
            : []),
        ]}
      />
      <details class="fold">
        <summary>{say('seals.way')}</summary>
        <p class="soft prose">{say('seals.way.note')}</p>
        <pre class="whole" dir="ltr">
          {view.adapter}
        </pre>
      </details>
    </>,
  );
}

function Inviting(props: { readonly view: SealView; readonly since: string | null; readonly say: Say }): VNode {
  const { view, since, say } = props;
  const { row, invitations } = view;
  return (
    <section class="card" aria-labelledby="inviting">
      <h2 id="inviting">{say('seals.inviting')}</h2>
      <p class="prose">{say('seals.inviting.text', { issuer: row.issuerName })}</p>
      <p class="prose">
        {since === null ? say('seals.inviting.off') : say('seals.inviting.on', { since })}{' '}
        {invitations.map(({ state, count }) => `${sayCode(say, 'seals.invitation', state)}: ${count}.`).join(' ')}
      </p>
      <form method="post" action={consolePaths.inviteSeal}>
        <input type="hidden" name="seal" value={row.id} />
        <input type="hidden" name="on" value={since === null ? 'yes' : 'no'} />
        <button class="button quiet" type="submit">
          {say(since === null ? 'seals.inviting.start' : 'seals.inviting.stop')}
        </button>
      </form>
    </section>
  );
}

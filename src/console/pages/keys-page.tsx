import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { KeysView } from '../view.ts';
import { sayCode, type Say } from '../words.ts';

/** Keys for the API: made here, shown once, revoked here. */
export function keysPage(view: KeysView, needs: PageNeeds): string {
  const { say } = needs;
  const { made } = view;
  return staffPage(
    view.frame,
    needs,
    { title: say('keys.title'), place: 'keys' },
    <>
      {made === null ? null : (
        <div class="card made">
          <p>
            <b>{say('keys.made')}</b>
          </p>
          <p>
            <code class="whole" dir="ltr">
              {made.key}
            </code>
          </p>
          <p class="soft small">{say('keys.made.note')}</p>
        </div>
      )}
      <Table
        name={say('keys.title')}
        rows={view.keys}
        keyOf={(row) => row.id}
        empty={say('keys.none')}
        columns={[
          { label: say('keys.name'), cell: ({ name }) => <bdi>{name}</bdi> },
          {
            label: say('keys.scopes'),
            cell: ({ scopes }) => scopes.map((scope) => sayCode(say, 'scope', scope)).join(', '),
          },
          { label: say('keys.id'), cell: ({ id }) => <code dir="ltr">{id}</code> },
          {
            label: say('keys.revoke'),
            unseen: true,
            cell: ({ id, name }) => <Revoke id={id} name={name} say={say} />,
          },
        ]}
      />
      <NewKey view={view} say={say} />
    </>,
  );
}

/** Two steps without a script: the button that acts is folded away behind the one that is meant. */
function Revoke(props: { readonly id: string; readonly name: string; readonly say: Say }): VNode {
  const { id, name, say } = props;
  return (
    <details class="sure">
      <summary>
        {say('keys.revoke')} <span class="unseen">{name}</span>
      </summary>
      <form method="post" action={consolePaths.revokeKey}>
        <input type="hidden" name="id" value={id} />
        <p class="small">{say('keys.revoke.sure')}</p>
        <button class="small-button danger" type="submit">
          {say('keys.revoke.of', { name })}
        </button>
      </form>
    </details>
  );
}

function NewKey(props: { readonly view: KeysView; readonly say: Say }): VNode {
  const { view, say } = props;
  const { wrong } = view;
  return (
    <section class="card" aria-labelledby="new-key">
      <h2 id="new-key">{say('keys.create.title')}</h2>
      <form class="form" method="post" action={consolePaths.keys}>
        {wrong === null ? null : (
          <p class="wrong" role="alert">
            {wrong.message}
          </p>
        )}
        <p>
          <label for="key-name">{say('keys.name')}</label>
          <input
            id="key-name"
            name="name"
            type="text"
            required
            maxlength={100}
            autocomplete="off"
            value={wrong?.name ?? ''}
            aria-describedby="key-name-note"
          />
          <small class="soft" id="key-name-note">
            {say('keys.name.note')}
          </small>
        </p>
        <fieldset>
          <legend>{say('keys.scopes')}</legend>
          {view.scopes.map((scope) => (
            <label key={scope}>
              <input name="scope" type="checkbox" value={scope} checked={wrong?.scopes.includes(scope) ?? false} />{' '}
              {sayCode(say, 'scope', scope)} <code class="soft">{scope}</code>
            </label>
          ))}
        </fieldset>
        <p>
          <button class="button" type="submit">
            {say('keys.create')}
          </button>
        </p>
      </form>
    </section>
  );
}

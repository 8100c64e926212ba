import type { VNode } from 'preact';
import type { ProviderKind } from '#keys';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type KeyringView = {
  readonly frame: StaffFrame;
  readonly keyringId: string;
  readonly provider: ProviderKind;
  /** Null where nothing is to be asked. `said` are the provider's name of the key, or what is wrong. */
  readonly health: { readonly isWell: boolean; readonly said: string } | null;
  readonly lost: number;
  readonly wrapping: readonly { readonly id: string; readonly wraps: boolean; readonly rows: string }[];
  readonly rotation: {
    readonly to: string;
    readonly rewrapped: number;
    readonly began: Moment;
    readonly ended: Moment | null;
  } | null;
  readonly backups: readonly BackupLine[];
};

type BackupLine = {
  readonly kind: 'data' | 'keys';
  readonly made: {
    readonly at: Moment;
    readonly mebibytes: string;
    readonly rows: string;
    readonly encrypted: boolean;
  } | null;
};

/** What keeps the keyring closed, which keys wrap, and whether there are copies. */
export function keyringPage(view: KeyringView, needs: PageNeeds): string {
  const { say } = needs;
  const { health, lost, rotation } = view;
  return staffPage(
    view.frame,
    needs,
    { title: say('keyring.title'), place: 'keyring' },
    <>
      <p class="soft prose">{say('keyring.intro')}</p>
      <section class="card" aria-labelledby="kept">
        <h2 id="kept">
          {say('keyring.kept')} {health === null ? null : healthTag(health.isWell, say)}
        </h2>
        <p class="prose">{say(`keyring.by.${view.provider}`)}</p>
        <p class="soft small">
          <bdi dir="ltr">{view.keyringId}</bdi>
          {health === null ? null : (
            <>
              {' '}
              · <bdi dir="auto">{health.said}</bdi>
            </>
          )}
        </p>
      </section>
      {lost === 0 ? null : (
        <p class="failed" role="alert">
          {say('keyring.lost', { count: lost })}
        </p>
      )}
      {wrappingOf(view, say)}
      <p class="soft small prose">{rotationOf(rotation, say)}</p>
      <h2>{say('keyring.backups')}</h2>
      <Table
        name={say('keyring.backups')}
        rows={view.backups}
        keyOf={({ kind }) => kind}
        empty=""
        columns={[
          { label: say('keyring.what'), cell: ({ kind }) => say(`keyring.of.${kind}`) },
          { label: say('keyring.made'), cell: (line) => madeOf(line, say) },
          { label: say('keyring.size'), numeric: true, cell: ({ made }) => (made === null ? '–' : sizeOf(made, say)) },
        ]}
      />
      <p class="soft small prose">
        {say('keyring.how')} <code>npm run -s glasspost -- help keys</code>
      </p>
    </>,
  );
}

function wrappingOf({ wrapping }: KeyringView, say: Say): VNode {
  return (
    <>
      <h2>{say('keyring.wrapping')}</h2>
      <Table
        name={say('keyring.wrapping')}
        rows={wrapping}
        keyOf={({ id }) => id}
        empty=""
        columns={[
          { label: say('keyring.id'), cell: ({ id }) => <bdi dir="ltr">{id}</bdi> },
          { label: say('keyring.around'), numeric: true, cell: ({ rows }) => rows },
          {
            label: say('keyring.does'),
            cell: ({ wraps }) => (
              <Tag tone={wraps ? 'good' : 'quiet'} text={say(wraps ? 'keyring.wraps' : 'keyring.unwraps')} />
            ),
          },
        ]}
      />
    </>
  );
}

function healthTag(isWell: boolean, say: Say): VNode {
  return <Tag tone={isWell ? 'good' : 'bad'} text={say(isWell ? 'keyring.answers' : 'keyring.away')} />;
}

function rotationOf(rotation: KeyringView['rotation'], say: Say): VNode {
  if (rotation === null) return <>{say('keyring.never')}</>;
  const { to, rewrapped, began, ended } = rotation;
  return (
    <>
      {say(ended === null ? 'keyring.rotating' : 'keyring.rotated', { to, count: rewrapped })}{' '}
      <When moment={ended ?? began} />
    </>
  );
}

function madeOf({ made }: BackupLine, say: Say): VNode {
  if (made === null) return <Tag tone="warn" text={say('keyring.none')} />;
  return (
    <>
      <When moment={made.at} /> <Tag tone="quiet" text={say(made.encrypted ? 'keyring.encrypted' : 'keyring.open')} />
    </>
  );
}

function sizeOf({ mebibytes, rows }: NonNullable<BackupLine['made']>, say: Say): string {
  return say('keyring.size.of', { mebibytes, rows });
}

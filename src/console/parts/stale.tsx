import type { VNode } from 'preact';
import type { Say } from '../words.ts';
import { Table } from './table.tsx';

/** A setting that somebody else has saved since the form was opened. */
export type StaleField = { readonly label: string; readonly was: string; readonly now: string };

/** What was changed meanwhile, beside a form that is not saved for it. */
export function StaleFields(props: { readonly fields: readonly StaleField[]; readonly say: Say }): VNode {
  const { fields, say } = props;
  return (
    <section class="card" aria-label={say('shop.stale.now')}>
      <p class="failed" role="alert">
        {say('shop.stale')}
      </p>
      <Table
        name={say('shop.stale.now')}
        rows={fields}
        keyOf={({ label }) => label}
        empty="–"
        columns={[
          { label: say('shop.stale.field'), cell: ({ label }) => label },
          { label: say('shop.stale.was'), cell: ({ was }) => kept(was) },
          { label: say('shop.stale.now'), cell: ({ now }) => kept(now) },
        ]}
      />
    </section>
  );
}

function kept(text: string): VNode {
  return <bdi class="kept">{text === '' ? '–' : text}</bdi>;
}

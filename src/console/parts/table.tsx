import type { ComponentChildren, VNode } from 'preact';
import type { Moment } from '../view.ts';
import type { Say } from '../words.ts';

export type Column<Row> = {
  readonly label: string;
  /** The first column names the row. */
  readonly cell: (row: Row) => ComponentChildren;
  readonly numeric?: boolean;
  /** The label is for ears only, as above a column of buttons. */
  readonly unseen?: boolean;
};

/** Rows under labels; where it is narrow each row becomes a card whose cells carry their labels. */
export function Table<Row>(props: {
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string;
  readonly empty: string;
}): VNode {
  const { columns, rows } = props;
  if (rows.length === 0) return <p class="empty">{props.empty}</p>;
  return (
    <div class="table">
      <table>
        <caption class="unseen">{props.name}</caption>
        <thead>
          <tr>
            {columns.map(({ label, numeric, unseen }) => (
              <th key={label} scope="col" class={numeric === true ? 'numeric' : undefined}>
                {unseen === true ? <span class="unseen">{label}</span> : label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={props.keyOf(row, index)}>
              {columns.map((column, place) => (
                <Cell key={column.label} column={column} row={row} isFirst={place === 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>(props: { readonly column: Column<Row>; readonly row: Row; readonly isFirst: boolean }): VNode {
  const { column, row, isFirst } = props;
  const look = column.numeric === true ? 'numeric' : undefined;
  if (isFirst) {
    return (
      <th scope="row" class={look}>
        {column.cell(row)}
      </th>
    );
  }
  return (
    <td class={look} data-label={column.unseen === true ? undefined : column.label}>
      {column.cell(row)}
    </td>
  );
}

/** How long ago; `exact` writes the moment itself below, elsewhere it stands behind it. */
export function When(props: { readonly moment: Moment | null; readonly exact?: boolean }): VNode {
  const { moment } = props;
  if (moment === null) return <span class="soft">–</span>;
  return (
    <>
      <time datetime={moment.iso} title={moment.at}>
        {moment.age}
      </time>
      {props.exact === true ? <small class="soft">{moment.at}</small> : null}
    </>
  );
}

/** Ways to the first and to further rows, usually the newest and older ones; nothing when all rows stand here. */
export function Pager(props: {
  readonly firstUrl: string | null;
  readonly nextUrl: string | null;
  readonly say: Say;
  readonly first?: Parameters<Say>[0];
  readonly next?: Parameters<Say>[0];
}) {
  const { firstUrl, nextUrl, say, first = 'page.newer', next = 'page.older' } = props;
  if (firstUrl === null && nextUrl === null) return null;
  return (
    <nav class="pager" aria-label={say('page.pages')}>
      {firstUrl === null ? null : (
        <a class="button quiet" href={firstUrl}>
          {say(first)}
        </a>
      )}
      {nextUrl === null ? null : (
        <a class="button quiet" href={nextUrl} rel="next">
          {say(next)}
        </a>
      )}
    </nav>
  );
}

/** Label and value, one under the other. */
export function Fact(props: { readonly label: string; readonly children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

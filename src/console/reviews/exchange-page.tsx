import type { VNode } from 'preact';
import type { ImportDone, Imported } from '#reviews';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type ExchangeView = {
  readonly frame: StaffFrame;
  readonly sources: readonly Imported[];
  /** Why a file was not taken; null while nothing was wrong. */
  readonly wrong: string | null;
  readonly done: ImportDone | null;
};

const errorsShown = 50;

/** Reviews as CSV: away from here, and here from elsewhere. */
export function exchangePage(view: ExchangeView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('exchange.title'), place: 'reviews' },
    <>
      <p>
        <a href={consolePaths.reviews}>{say('exchange.back')}</a>
      </p>
      <section class="card" aria-labelledby="export">
        <h2 id="export">{say('exchange.export')}</h2>
        <p class="prose">{say('exchange.export.text')}</p>
        <p>
          <a class="button" href={`${consolePaths.reviewExchange}/reviews.csv`} download>
            {say('exchange.export.do')}
          </a>
        </p>
      </section>
      <section class="card" aria-labelledby="import">
        <h2 id="import">{say('exchange.import')}</h2>
        <p class="prose">{say('exchange.import.text')}</p>
        <Said view={view} say={say} />
        <form class="form" method="post" action={consolePaths.reviewExchange} enctype="multipart/form-data">
          <p>
            <label for="source">{say('exchange.source')}</label>
            <input id="source" name="source" type="text" required maxLength={60} autocomplete="off" />
          </p>
          <p>
            <label for="file">{say('exchange.file')}</label>
            <input id="file" name="file" type="file" accept=".csv,text/csv" required />
          </p>
          <button class="button" type="submit">
            {say('exchange.import.do')}
          </button>
        </form>
      </section>
      <h2>{say('exchange.sources')}</h2>
      {sourcesOf(view.sources, say)}
    </>,
  );
}

function Said({ view, say }: { readonly view: ExchangeView; readonly say: Say }): VNode | null {
  const { wrong, done } = view;
  if (wrong !== null) {
    return (
      <p class="wrong" role="alert">
        {wrong}
      </p>
    );
  }
  if (done === null) return null;
  return (
    <output>
      <p>{say('exchange.done', { imported: done.imported, repeated: done.repeated, refused: done.errors.length })}</p>
      {done.errors.length === 0 ? null : (
        <ul>
          {done.errors.slice(0, errorsShown).map(({ line, code }) => (
            <li key={`${line} ${code}`}>{say('exchange.error', { line, why: say(`exchange.error.${code}`) })}</li>
          ))}
        </ul>
      )}
    </output>
  );
}

function sourcesOf(sources: readonly Imported[], say: Say): VNode {
  return (
    <Table
      name={say('exchange.sources')}
      rows={sources}
      keyOf={({ source }) => source}
      empty={say('exchange.sources.none')}
      columns={[
        { label: say('exchange.source'), cell: (row) => <bdi>{row.source}</bdi> },
        { label: say('exchange.count'), numeric: true, cell: ({ count }) => count },
        { label: say('exchange.mean'), numeric: true, cell: ({ mean }) => say('exchange.mean.of', { mean }) },
        {
          label: say('exchange.drop'),
          unseen: true,
          cell: (row) => (
            <form method="post" action={`${consolePaths.reviewExchange}/drop`}>
              <input type="hidden" name="source" value={row.source} />
              <button class="button quiet" type="submit">
                {say('exchange.drop')} <span class="unseen">{row.source}</span>
              </button>
            </form>
          ),
        },
      ]}
    />
  );
}

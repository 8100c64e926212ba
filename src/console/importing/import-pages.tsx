import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import type { ImportRow, ImportsView, ImportView } from './import-view.ts';
import { MappingForm, Preview } from './mapping-form.tsx';

const tones = { uploaded: 'quiet', running: 'moving', done: 'good', ended: 'bad' } as const;

/** The files that were brought, and the way to bring another. */
export function importsPage(view: ImportsView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('import.title'), place: 'import' },
    <>
      <p class="soft">{say('import.intro')}</p>
      <section class="card" aria-labelledby="new-import">
        <h2 id="new-import">{say('import.upload')}</h2>
        <form class="form" method="post" action={consolePaths.import} enctype="multipart/form-data">
          <p>
            <label for="import-file">{say('import.file')}</label>
            <input
              id="import-file"
              name="file"
              type="file"
              required
              accept=".csv,.txt,.tsv,text/csv"
              aria-describedby="import-note"
            />
            <small class="soft" id="import-note">
              {say('import.file.note')}
            </small>
          </p>
          <p>
            <button class="button" type="submit">
              {say('import.upload.button')}
            </button>
          </p>
        </form>
      </section>
      <Table
        name={say('import.title')}
        rows={view.rows}
        keyOf={({ id }) => id}
        empty={say('import.none')}
        columns={[
          {
            label: say('import.file'),
            cell: ({ id, fileName }) => (
              <a href={consolePaths.importOne(id)}>
                <bdi>{fileName}</bdi>
              </a>
            ),
          },
          { label: say('page.when'), cell: ({ created }) => <When moment={created} /> },
          { label: say('import.state'), cell: (row) => <State row={row} say={say} /> },
          { label: say('import.count.orders'), numeric: true, cell: ({ counts }) => counts.orders },
          { label: say('import.count.refused'), numeric: true, cell: ({ counts }) => counts.refused },
        ]}
      />
    </>,
  );
}

function State({ row, say }: { readonly row: ImportRow; readonly say: Say }): VNode {
  return <Tag tone={tones[row.state]} text={say(`import.state.${row.state}`)} />;
}

/** One file: its mapping and what its first orders would become, then how far it is, then what came of it. */
export function importPage(view: ImportView, needs: PageNeeds): string {
  const { say } = needs;
  const { row, mapping } = view;
  return staffPage(
    view.frame,
    needs,
    { title: say('import.one'), place: 'import' },
    <>
      <p class="state">
        <bdi>{row.fileName}</bdi> <State row={row} say={say} />
      </p>
      {mapping === null ? <Progress view={view} say={say} /> : null}
      {mapping === null ? null : <Preview id={row.id} mapping={mapping} say={say} />}
      {mapping === null ? null : <MappingForm id={row.id} mapping={mapping} say={say} />}
      {row.state === 'running' ? null : (
        <form method="post" action={consolePaths.importDrop(row.id)}>
          <p>
            <button class="button quiet" type="submit">
              {say(mapping === null ? 'import.forget' : 'import.drop')}
            </button>
          </p>
        </form>
      )}
    </>,
  );
}

const counted = ['rows', 'orders', 'added', 'changed', 'unchanged', 'refused'] as const;

function Progress({ view, say }: { readonly view: ImportView; readonly say: Say }): VNode {
  const { row, percent, endedLine, endedWhy } = view;
  return (
    <section class="card" aria-labelledby="import-counts">
      <h2 id="import-counts">{say(`import.state.${row.state}`)}</h2>
      {row.state === 'running' ? (
        <p>
          <label>
            {say('import.progress')} <progress max={100} value={percent} /> {percent} %
          </label>
          <br />
          <small class="soft">{say('import.progress.note')}</small>
        </p>
      ) : null}
      {endedWhy === null ? null : (
        <p class="wrong" role="alert">
          {endedLine === null ? null : `${say('import.end.line', { line: endedLine })} `}
          {endedWhy}
        </p>
      )}
      <dl class="facts">
        {counted.map((name) => (
          <Fact key={name} label={say(`import.count.${name}`)}>
            {row.counts[name]}
          </Fact>
        ))}
      </dl>
      {row.counts.refused === 0 ? null : (
        <p>
          <a href={consolePaths.importRefused(row.id)}>{say('import.refused')}</a>
          <br />
          <small class="soft">{say('import.refused.note')}</small>
        </p>
      )}
    </section>
  );
}

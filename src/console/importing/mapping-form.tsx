import type { VNode } from 'preact';
import { Table, type Column } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import { sayCode, type Say } from '../words.ts';
import { formFields, type FormValues } from './import-form.ts';
import type { ImportView, PreviewRow } from './import-view.ts';

type Mapping = NonNullable<ImportView['mapping']>;
type Props = { readonly id: string; readonly mapping: Mapping; readonly say: Say };

/** What the first orders would become, and the button that takes them all. */
export function Preview({ id, mapping, say }: Props): VNode {
  const { wrong, preview } = mapping;
  return (
    <section aria-labelledby="preview">
      <h2 id="preview">{say('import.preview')}</h2>
      {wrong.length === 0 ? (
        <p class="soft">{say('import.preview.note')}</p>
      ) : (
        <ul class="wrong" role="alert">
          {wrong.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {wrong.length > 0 ? null : (
        <Table
          name={say('import.preview')}
          rows={preview}
          keyOf={({ lines }) => lines}
          empty={say('import.preview.none')}
          columns={previewColumns(say)}
        />
      )}
      {wrong.length > 0 ? null : (
        <form method="post" action={consolePaths.importStart(id)}>
          <p>
            <button class="button" type="submit">
              {say('import.start')}
            </button>
          </p>
        </form>
      )}
    </section>
  );
}

function previewColumns(say: Say): readonly Column<PreviewRow>[] {
  return [
    { label: say('import.field.order_number'), cell: ({ number }) => <bdi>{number}</bdi> },
    { label: say('import.lines'), numeric: true, cell: ({ lines }) => lines },
    { label: say('import.buyer'), cell: ({ buyer }) => <bdi>{buyer}</bdi> },
    { label: say('import.address'), cell: ({ address }) => <bdi>{address}</bdi> },
    { label: say('import.items'), cell: ({ items }) => <bdi>{items}</bdi> },
    { label: say('import.parcels'), cell: ({ parcels }) => <bdi>{parcels}</bdi> },
    {
      label: say('import.verdict'),
      cell: ({ reasons }) => (reasons.length === 0 ? say('import.verdict.good') : <b>{reasons.join(' ')}</b>),
    },
  ];
}

/** Which column is which field. */
export function MappingForm({ id, mapping, say }: Props): VNode {
  const { columns, unused, values } = mapping;
  return (
    <section class="card" aria-labelledby="mapping">
      <h2 id="mapping">{say('import.mapping')}</h2>
      <p class="soft">{say('import.mapping.note')}</p>
      {unused.length === 0 ? null : (
        <p>
          {say('import.unused')} <bdi>{unused.join(', ')}</bdi>
        </p>
      )}
      <form class="form" method="post" action={consolePaths.importMapping(id)}>
        {formFields.map(({ name, needed, joins, fixed }) => {
          const label = sayCode(say, 'import.field', name);
          return (
            <fieldset key={name}>
              <legend>
                {label}
                {needed === true ? ` (${say('import.needed')})` : ''}
              </legend>
              <Choice
                name={`column.${name}`}
                label={say('import.column.of', { field: label })}
                {...{ columns, values, say }}
              />
              {joins === true ? (
                <Choice
                  name={`second.${name}`}
                  label={say('import.second.of', { field: label })}
                  {...{ columns, values, say }}
                />
              ) : null}
              {fixed === true ? (
                <Text name={`fixed.${name}`} label={say('import.fixed.of', { field: label })} values={values} />
              ) : null}
              {name === 'placed_at' ? <Text name="format" label={say('import.format')} values={values} /> : null}
              {name === 'placed_at' ? <Text name="zone" label={say('import.zone')} values={values} /> : null}
              {name === 'items.price' ? <Decimal values={values} say={say} /> : null}
            </fieldset>
          );
        })}
        <p>
          <button class="button" type="submit">
            {say('import.mapping.save')}
          </button>
        </p>
      </form>
    </section>
  );
}

function Choice(props: {
  readonly name: string;
  readonly label: string;
  readonly columns: readonly string[];
  readonly values: FormValues;
  readonly say: Say;
}): VNode {
  const { name, columns, values } = props;
  const chosen = values.get(name) ?? '';
  return (
    <select name={name} aria-label={props.label}>
      <option value="">{props.say('import.column.none')}</option>
      {columns.map((column) => (
        <option key={column} value={column} selected={column === chosen}>
          {column}
        </option>
      ))}
    </select>
  );
}

function Text(props: { readonly name: string; readonly label: string; readonly values: FormValues }): VNode {
  const { name, label, values } = props;
  return (
    <label>
      {label} <input name={name} type="text" maxlength={200} autocomplete="off" value={values.get(name) ?? ''} />
    </label>
  );
}

function Decimal({ values, say }: { readonly values: FormValues; readonly say: Say }): VNode {
  const chosen = values.get('decimal') ?? '';
  return (
    <select name="decimal" aria-label={say('import.decimal')}>
      {(['', 'comma', 'point'] as const).map((one) => (
        <option key={one} value={one} selected={one === chosen}>
          {say(one === '' ? 'import.decimal.auto' : `import.decimal.${one}`)}
        </option>
      ))}
    </select>
  );
}

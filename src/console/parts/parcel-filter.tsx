import type { VNode } from 'preact';
import { consolePaths } from '../paths.ts';
import type { Milestone, ParcelFilter, ParcelsView } from '../view.ts';
import { sayCode, type Say } from '../words.ts';

/** Every milestone with its parcels: a look at the whole shop, and a filter by one click. */
export function MilestoneCounts(props: { readonly view: ParcelsView; readonly say: Say }): VNode {
  const { view, say } = props;
  const total = view.counts.reduce((sum, { parcels }) => sum + parcels, 0);
  const wanted = view.filter.milestone;
  return (
    <nav aria-label={say('parcels.counts')}>
      <ul class="counts">
        <Count url={consolePaths.parcels} name={say('parcels.all')} parcels={total} isHere={isEmpty(view.filter)} />
        {view.counts.map(({ milestone, parcels }) => (
          <Count
            key={milestone}
            url={`${consolePaths.parcels}?milestone=${milestone}`}
            name={say(`milestone.${milestone}`)}
            parcels={parcels}
            isHere={milestone === wanted}
          />
        ))}
      </ul>
    </nav>
  );
}

function Count(props: {
  readonly url: string;
  readonly name: string;
  readonly parcels: number;
  readonly isHere: boolean;
}): VNode {
  return (
    <li class={props.parcels === 0 ? 'nobody' : undefined}>
      <a href={props.url} aria-current={props.isHere ? 'true' : undefined}>
        <b>{props.parcels}</b> {props.name}
      </a>
    </li>
  );
}

export function isEmpty(filter: ParcelFilter): boolean {
  const { text, milestone, carrier, problem, attention } = filter;
  return text === '' && milestone === null && carrier === null && problem === null && !attention;
}

/** The filters as a form: an address that can be kept and sent on. */
export function FilterForm(props: { readonly view: ParcelsView; readonly say: Say }): VNode {
  const { view, say } = props;
  const { filter } = view;
  const milestones = view.counts.map(({ milestone }): Option => [milestone, say(`milestone.${milestone}`)]);
  return (
    <form class="filter" method="get" action={consolePaths.parcels} aria-label={say('parcels.filter')}>
      <p class="wide">
        <label for="filter-text">{say('parcels.search')}</label>
        <input
          id="filter-text"
          name="text"
          type="search"
          value={filter.text}
          maxlength={100}
          autocomplete="off"
          aria-describedby="filter-note"
        />
      </p>
      <Choice
        name="milestone"
        label={say('parcels.milestone')}
        value={filter.milestone}
        options={milestones}
        say={say}
      />
      <Choice
        name="carrier"
        label={say('parcels.carrier')}
        value={filter.carrier}
        options={view.carriers.map(({ id, name }): Option => [id, name])}
        say={say}
      />
      <Choice
        name="problem"
        label={say('parcels.problem')}
        value={filter.problem}
        options={view.problems.map((problem): Option => [problem, sayCode(say, 'problem', problem)])}
        say={say}
      />
      <p class="check">
        <label>
          <input name="attention" type="checkbox" value="1" checked={filter.attention} /> {say('parcels.attention')}
        </label>
      </p>
      <p class="act">
        <button class="button" type="submit">
          {say('parcels.apply')}
        </button>
        {isEmpty(filter) ? null : <a href={consolePaths.parcels}>{say('parcels.reset')}</a>}
      </p>
      <p class="note soft small" id="filter-note">
        {say('parcels.search.note')}
      </p>
    </form>
  );
}

type Option = readonly [value: Milestone | (string & {}), text: string];

function Choice(props: {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly Option[];
  readonly say: Say;
}): VNode {
  const id = `filter-${props.name}`;
  return (
    <p>
      <label for={id}>{props.label}</label>
      <select id={id} name={props.name}>
        <option value="">{props.say('parcels.all')}</option>
        {props.options.map(([value, text]) => (
          <option key={value} value={value} selected={value === props.value}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}

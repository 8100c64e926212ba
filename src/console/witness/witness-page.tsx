import type { VNode } from 'preact';
import type { Witness, WitnessAlarm, WitnessState } from '#privacy';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

type WitnessRow = Pick<Witness, 'host' | 'fingerprints' | 'signedSize' | 'trouble'> & {
  readonly id: string;
  readonly signedAt: Moment | null;
  /** How much of its ledger is signed here. */
  readonly theirSize: number;
};

export type WitnessView = {
  readonly frame: StaffFrame;
  readonly rows: readonly WitnessRow[];
  readonly alarms: readonly (Pick<WitnessAlarm, 'alarmId' | 'origin' | 'what'> & {
    readonly noticedAt: Moment;
    readonly texts: readonly string[];
  })[];
  readonly own: WitnessState['own'];
  /** What was typed last, and why it was not taken; null when nothing was. */
  readonly wrong: { readonly message: string; readonly url: string } | null;
};

/** Who signs what they see of the shop's ledger, whose ledger is signed here, and what was noticed. */
export function witnessPage(view: WitnessView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('witness.title'), place: 'witnesses' },
    <>
      <p class="soft prose">{say('witness.intro')}</p>
      {alarmsOf(view, say)}
      <Table
        name={say('witness.title')}
        rows={view.rows}
        keyOf={({ id }) => id}
        empty={say('witness.none')}
        columns={[
          { label: say('witness.host'), cell: (row) => hostOf(row, say) },
          {
            label: say('witness.signed'),
            numeric: true,
            cell: ({ signedSize }) => say('witness.count', { count: signedSize }),
          },
          { label: say('page.when'), cell: ({ signedAt }) => <When moment={signedAt} /> },
          { label: say('witness.state'), cell: ({ trouble }) => stateOf(trouble, say) },
          {
            label: say('witness.theirs'),
            numeric: true,
            cell: ({ theirSize }) => say('witness.count', { count: theirSize }),
          },
          { label: say('witness.remove'), unseen: true, cell: (row) => removal(row, say) },
        ]}
      />
      {addForm(view, say)}
      {ownFacts(view, say)}
    </>,
  );
}

function hostOf({ id, host, fingerprints }: WitnessRow, say: Say): VNode {
  return (
    <>
      <bdi id={id}>{host}</bdi>
      <details>
        <summary>{say('witness.fingerprints')}</summary>
        {printed(fingerprints, say)}
      </details>
    </>
  );
}

function printed({ ledger, witness }: Witness['fingerprints'], say: Say): VNode {
  return (
    <dl class="column">
      <Fact label={say('witness.fingerprint.ledger')}>{whole(ledger)}</Fact>
      <Fact label={say('witness.fingerprint.witness')}>{whole(witness)}</Fact>
    </dl>
  );
}

function whole(text: string): VNode {
  return (
    <code class="whole" dir="ltr">
      {text}
    </code>
  );
}

function stateOf(trouble: Witness['trouble'], say: Say): VNode {
  if (trouble === null) return <Tag tone="good" text={say('witness.good')} />;
  const isAlarm = trouble === 'ahead' || trouble === 'fork' || trouble === 'inconsistent';
  return <Tag tone={isAlarm ? 'bad' : 'warn'} text={say(`witness.trouble.${trouble}`)} />;
}

function removal({ id, host }: WitnessRow, say: Say): VNode {
  return (
    <details class="sure">
      <summary>
        {say('witness.remove')} <span class="unseen">{host}</span>
      </summary>
      <form method="post" action={consolePaths.removeWitness}>
        <p class="small">{say('witness.remove.sure')}</p>
        <input type="hidden" name="witness" value={id} />
        <button class="small-button" type="submit">
          {say('witness.remove.do')} <span class="unseen">{host}</span>
        </button>
      </form>
    </details>
  );
}

function alarmsOf({ alarms }: WitnessView, say: Say): VNode | null {
  if (alarms.length === 0) return null;
  return (
    <section class="card" aria-labelledby="alarms">
      <h2 id="alarms">{say('witness.alarms')}</h2>
      <p class="prose">{say('witness.alarms.text')}</p>
      <ul>
        {alarms.map(({ alarmId, what, origin, noticedAt, texts }) => (
          <li key={alarmId}>
            <Tag tone="bad" text={say(`witness.alarm.${what}`)} /> <bdi>{origin}</bdi> <When moment={noticedAt} />
            {texts.length === 0 ? null : (
              <details>
                <summary>{say('witness.alarm.texts')}</summary>
                {texts.map((text) => (
                  <pre dir="ltr" key={text}>
                    {text}
                  </pre>
                ))}
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function addForm({ wrong }: WitnessView, say: Say): VNode {
  return (
    <section class="card" aria-labelledby="add">
      <h2 id="add">{say('witness.add')}</h2>
      <form class="form" method="post" action={`${consolePaths.witnesses}#add`}>
        <p>
          <label for="witness-url">{say('witness.add.url')}</label>
          <input
            id="witness-url"
            name="url"
            type="text"
            inputmode="url"
            value={wrong?.url ?? ''}
            required
            maxlength={500}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            dir="ltr"
            placeholder="https://www.example.com/ledger/shp_…/"
            aria-invalid={wrong === null ? undefined : 'true'}
            aria-describedby={wrong === null ? 'witness-note' : 'witness-wrong witness-note'}
          />
        </p>
        {wrong === null ? null : (
          <p class="wrong" id="witness-wrong" role="alert">
            {wrong.message}
          </p>
        )}
        <p class="soft small" id="witness-note">
          {say('witness.add.note')}
        </p>
        <p>
          <button class="button" type="submit">
            {say('witness.add.do')}
          </button>
        </p>
      </form>
    </section>
  );
}

function ownFacts({ own }: WitnessView, say: Say): VNode {
  return (
    <section class="card" aria-labelledby="own">
      <h2 id="own">{say('witness.own')}</h2>
      <p class="prose">{say('witness.own.text')}</p>
      <dl class="column">
        <Fact label={say('witness.own.url')}>{whole(own.ledgerUrl)}</Fact>
      </dl>
      {printed(own.fingerprints, say)}
    </section>
  );
}

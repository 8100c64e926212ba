import type { VNode } from 'preact';
import type { ProofWanted } from '#protection';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import { GradeOf, Host, Score } from './grade.tsx';
import { siteKinds, type ProtectionView, type ScanRow, type SiteRow } from './protection-view.ts';

/** All hosts of the shop: how browsers judge them, those that wait for a proof, and a form for another one. */
export function protectionPage(view: ProtectionView, needs: PageNeeds): string {
  const { say } = needs;
  const waiting = view.rows.filter(({ wanted }) => wanted !== null);
  return staffPage(
    view.frame,
    needs,
    { title: say('protection.title'), place: 'protection' },
    <>
      <p class="soft prose">{say('protection.intro')}</p>
      <Table
        name={say('protection.hosts')}
        rows={view.rows.filter(({ wanted }) => wanted === null)}
        keyOf={({ id }) => id}
        empty={say(waiting.length === 0 ? 'protection.none' : 'protection.none_proven')}
        columns={[
          { label: say('protection.host'), cell: (row) => nameOf(row, say) },
          { label: say('protection.grade'), cell: ({ last, kind }) => <GradeOf scan={last} kind={kind} say={say} /> },
          { label: say('protection.score'), cell: ({ last }) => <Score observatory={last?.observatory} /> },
          { label: say('protection.open'), cell: ({ last }) => openOf(last, say) },
          { label: say('protection.last'), cell: ({ last }) => <When moment={last?.at ?? null} /> },
          { label: say('protection.next'), cell: ({ next }) => <When moment={next} /> },
          { label: say('protection.remove'), unseen: true, cell: (row) => <Removal row={row} say={say} /> },
        ]}
      />
      {waiting.length === 0 ? null : (
        <section aria-labelledby="waiting">
          <h2 id="waiting">{say('protection.waiting')}</h2>
          <p class="soft prose">{say('protection.waiting.why')}</p>
          {waiting.map((row) => (
            <article class="card" id={row.id} key={row.id}>
              <h3>
                <a href={consolePaths.site(row.id)}>
                  <Host host={row.host} />
                </a>
              </h3>
              <Proof row={row} say={say} />
            </article>
          ))}
        </section>
      )}
      {addForm(view, say)}
    </>,
  );
}

function nameOf({ id, host, kind, own }: SiteRow, say: Say): VNode {
  return (
    <>
      <a href={consolePaths.site(id)}>
        <Host host={host} />
      </a>
      <small class="soft block">
        {say(`protection.kind.${kind}`)}
        {own ? ` · ${say('protection.own')}` : null}
      </small>
    </>
  );
}

/** What a scan found that asks for somebody. */
export function openOf(last: ScanRow | null, say: Say): VNode {
  if (last === null) return <span class="soft">{say('protection.not_yet')}</span>;
  const { alarm, warning } = last.counts;
  if (alarm + warning === 0)
    return (
      <span class="whole-tags">
        <Tag tone="good" text={say('protection.nothing_open')} />
      </span>
    );
  return (
    <span class="state whole-tags">
      {alarm === 0 ? null : <Tag tone="bad" text={say('protection.alarms', { count: alarm })} />}
      {warning === 0 ? null : <Tag tone="warn" text={say('protection.warnings', { count: warning })} />}
    </span>
  );
}

/** What to put where, to be copied whole, and the button that looks for it. */
export function Proof(props: { readonly row: SiteRow; readonly say: Say }): VNode | null {
  const { row, say } = props;
  if (row.wanted === null) return null;
  return (
    <>
      <p>{say('protection.proof')}</p>
      <div class="either">{proofWays(row.wanted, say)}</div>
      <div class="ways">
        <form method="post" action={consolePaths.proveSite}>
          <input type="hidden" name="site" value={row.id} />
          <button class="button" type="submit">
            {say('protection.prove')} <span class="unseen">{row.host.name}</span>
          </button>
        </form>
        <Removal row={row} say={say} />
      </div>
    </>
  );
}

function proofWays({ file, dns }: ProofWanted, say: Say): VNode {
  return (
    <>
      <dl class="column">
        <Fact label={say('protection.proof.file')}>{whole(file.url)}</Fact>
        <Fact label={say('protection.proof.content')}>{whole(file.content)}</Fact>
      </dl>
      <dl class="column">
        <Fact label={say('protection.proof.dns', { type: dns.type })}>{whole(dns.name)}</Fact>
        <Fact label={say('protection.proof.value')}>{whole(dns.value)}</Fact>
      </dl>
    </>
  );
}

function whole(text: string): VNode {
  return (
    <code class="whole" dir="ltr">
      {text}
    </code>
  );
}

export function Removal(props: { readonly row: SiteRow; readonly say: Say }): VNode | null {
  const { row, say } = props;
  if (row.own) return null;
  return (
    <details class="sure">
      <summary>
        {say('protection.remove')} <span class="unseen">{row.host.name}</span>
      </summary>
      <form method="post" action={consolePaths.removeSite}>
        <p class="small">{say('protection.remove.sure')}</p>
        <input type="hidden" name="site" value={row.id} />
        <button class="small-button" type="submit">
          {say('protection.remove.do')} <span class="unseen">{row.host.name}</span>
        </button>
      </form>
    </details>
  );
}

function addForm({ wrong }: ProtectionView, say: Say): VNode {
  return (
    <section class="card" aria-labelledby="add">
      <h2 id="add">{say('protection.add')}</h2>
      <form class="form" method="post" action={`${consolePaths.protection}#add`}>
        <p>
          <label for="site-host">{say('protection.add.host')}</label>
          <input
            id="site-host"
            name="host"
            type="text"
            value={wrong?.host ?? ''}
            required
            maxlength={300}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            dir="ltr"
            placeholder="www.example.com"
            aria-invalid={wrong === null ? undefined : 'true'}
            aria-describedby={wrong === null ? 'site-host-note' : 'site-host-wrong site-host-note'}
          />
        </p>
        {wrong === null ? null : (
          <p class="wrong" id="site-host-wrong" role="alert">
            {wrong.message}
          </p>
        )}
        <p class="soft small" id="site-host-note">
          {say('protection.add.note')}
        </p>
        <p>
          <label for="site-kind">{say('protection.add.kind')}</label>
          <select id="site-kind" name="kind">
            {siteKinds.map((kind) => (
              <option key={kind} value={kind} selected={kind === (wrong?.kind ?? 'shop')}>
                {say(`protection.kind.${kind}`)}
              </option>
            ))}
          </select>
        </p>
        <p>
          <button class="button" type="submit">
            {say('protection.add.do')}
          </button>
        </p>
      </form>
    </section>
  );
}

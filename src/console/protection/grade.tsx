import type { VNode } from 'preact';
import type { SiteKind } from '#protection';
import type { Grade as GradeLetter, SiteScanned } from '#tls';
import type { Say } from '../words.ts';
import type { HostShown, ScanRow } from './protection-view.ts';

const tones: Readonly<Record<GradeLetter, 'good' | 'warn' | 'bad'>> = {
  'A+': 'good',
  A: 'good',
  'A-': 'good',
  B: 'warn',
  C: 'warn',
  D: 'bad',
  E: 'bad',
  F: 'bad',
  T: 'bad',
  M: 'bad',
};

/** A letter to be seen from afar; the two that are no measure of strength say what they mean. */
export function GradeOf(props: {
  readonly scan: ScanRow | null;
  readonly kind: SiteKind;
  readonly large?: boolean;
  readonly say: Say;
}): VNode {
  const { scan, kind, say } = props;
  if (scan === null) return <span class="soft">–</span>;
  const { grade } = scan;
  const size = props.large === true ? ' large' : '';
  if (grade === null && kind === 'mail') return <span class="soft">{say('protection.dns_only')}</span>;
  return (
    <span class="state">
      <b class={`grade ${grade === null ? 'bad' : tones[grade]}${size}`}>{grade ?? '–'}</b>
      {grade === null ? <span>{say('protection.no_answer')}</span> : null}
      {grade === 'T' || grade === 'M' ? <span>{say(`protection.grade.${grade}`)}</span> : null}
    </span>
  );
}

export function Score(props: { readonly observatory: SiteScanned['observatory'] | undefined }): VNode {
  const { observatory } = props;
  if (observatory === null || observatory === undefined) return <span class="soft">–</span>;
  return (
    <span class="number">
      {observatory.score} <span class="soft">({observatory.grade})</span>
    </span>
  );
}

/** A name of any length and in any script; as DNS has it below. */
export function Host(props: { readonly host: HostShown }): VNode {
  const { name, ascii } = props.host;
  return (
    <>
      <bdi class="host" dir="ltr">
        {name}
      </bdi>
      {ascii === null ? null : (
        <small class="host soft" dir="ltr">
          {ascii}
        </small>
      )}
    </>
  );
}

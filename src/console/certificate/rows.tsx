import type { VNode } from 'preact';
import { When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment } from '../view.ts';
import type { Say } from '../words.ts';

export type CertificateRow = {
  readonly name: string;
  /** Null: nothing is served that a browser would take. */
  readonly authority: string | null;
  readonly until: Moment | null;
  /** Per cent of its own lifetime. */
  readonly left: number | null;
  readonly revoked: boolean;
  readonly next: Moment;
  readonly failure: {
    /** In plain words. */
    readonly why: string;
    /** The authority's own. */
    readonly said: string;
    readonly authority: string;
    readonly tries: number;
    readonly failed: Moment;
  } | null;
};

export function untilOf({ until, left, revoked }: CertificateRow, say: Say): VNode {
  if (until === null || left === null) return <Tag tone="bad" text={say('certificate.missing')} />;
  const tone = revoked || left < 17 ? 'bad' : left < 33 ? 'warn' : 'good';
  return (
    <>
      <When moment={until} exact />{' '}
      <Tag tone={tone} text={revoked ? say('certificate.revoked') : say('certificate.left', { left })} />
    </>
  );
}

export function actionsOf({ name, until, revoked }: CertificateRow, say: Say): VNode {
  return (
    <>
      <form method="post" action={consolePaths.renewCertificate}>
        <input type="hidden" name="name" value={name} />
        <button class="small-button" type="submit">
          {say('certificate.renew')} <span class="unseen">{name}</span>
        </button>
      </form>
      {until === null || revoked ? null : (
        <details class="sure">
          <summary>
            {say('certificate.revoke')} <span class="unseen">{name}</span>
          </summary>
          <form method="post" action={consolePaths.revokeCertificate}>
            <p class="small">{say('certificate.revoke.sure')}</p>
            <input type="hidden" name="name" value={name} />
            <button class="small-button" type="submit">
              {say('certificate.revoke.do')}
            </button>
          </form>
        </details>
      )}
    </>
  );
}

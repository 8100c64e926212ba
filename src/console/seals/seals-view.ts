import {
  asksForId,
  isShown,
  issuers,
  readingText,
  sayReason,
  secretsOf,
  type Adapter,
  type Check,
  type Issuer,
  type Seal,
  type SealKind,
  type SealState,
  type Trial,
} from '#evidence';
import { showId } from '#kit/ids';
import { formatDate } from '#kit/words';
import { sealsPathOf } from '#orders';
import type { Visit } from '../screens/visit.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type CheckRow = {
  readonly id: string;
  readonly at: Moment;
  readonly outcome: Check['outcome'];
  /** What was read, or why not. */
  readonly said: string;
  readonly label: string | null;
  readonly validUntil: string | null;
};

export type SealRow = {
  readonly id: string;
  readonly name: string;
  readonly issuerName: string;
  readonly kind: SealKind;
  readonly state: Seal['standing']['state'];
  readonly isShown: boolean;
  /** What customers read of it; null while they do not see it, or where there is no grade. */
  readonly read: string | null;
  /** Why it is hidden, or why it could not be checked lately. */
  readonly why: string | null;
  readonly last: CheckRow | null;
  readonly next: Moment;
  readonly certificateUrl: string;
  readonly domain: string;
  readonly invites: { readonly since: Moment | null } | null;
};

export type SealsView = {
  readonly frame: StaffFrame;
  /** The page that everybody may read. */
  readonly publicUrl: string;
  readonly rows: readonly SealRow[];
  readonly forms: readonly IssuerForm[];
  readonly tried: TriedView | null;
};

/** What came of a trial, of which nothing was kept. */
export type TriedView = { readonly outcome: Check['outcome']; readonly said: string };

export type FormField = {
  readonly name: string;
  readonly label: string;
  readonly note: string | null;
  readonly value: string;
  readonly wrong: string | null;
  readonly as: 'line' | 'secret' | 'text';
};

/** A form for one issuer and one kind; open when it came back. */
export type IssuerForm = {
  readonly issuer: string;
  readonly name: string;
  readonly kind: SealKind;
  readonly isOpen: boolean;
  readonly fields: readonly FormField[];
};

/** A form that came back: what stood in it, and what was wrong with which field. */
export type TypedSeal = {
  readonly issuer: string;
  readonly kind: SealKind;
  readonly values: ReadonlyMap<string, string>;
  readonly wrong: { readonly field: string; readonly message: string } | null;
};

export type SealView = {
  readonly frame: StaffFrame;
  readonly row: SealRow;
  readonly checks: readonly CheckRow[];
  readonly invitations: readonly { readonly state: string; readonly count: number }[];
  /** How it is asked, as JSON. */
  readonly adapter: string;
};

type Reader = Pick<Visit, 'frame' | 'language' | 'say' | 'moment' | 'shop'>;

export function sealsView(
  seals: readonly Seal[],
  visit: Reader,
  typed: TypedSeal | null = null,
  trial: Trial | null = null,
): SealsView {
  const rows = seals.map((seal) => rowOf(seal, visit));
  return {
    frame: visit.frame,
    publicUrl: sealsPathOf(visit.shop, visit.language),
    rows,
    forms: formsOf(visit, typed),
    tried: trial === null ? null : triedOf(trial, visit),
  };
}

function triedOf({ outcome, reason, reading }: Trial, { language, say }: Reader): TriedView {
  const read = reading === null ? '' : readingText(language, reading);
  const said = reason === null ? read || say('seals.read.valid') : sayReason(language, reason);
  return { outcome, said };
}

export function sealView({ seal, checks, invitations }: SealState, visit: Reader, way: Adapter | null): SealView {
  return {
    frame: visit.frame,
    row: rowOf(seal, visit),
    checks: checks.map((check) => checkRowOf(check, visit)),
    invitations: Object.entries(invitations).map(([state, count]) => ({ state, count })),
    adapter: JSON.stringify(way, null, 2),
  };
}

function rowOf(seal: Seal, visit: Reader): SealRow {
  const { sealId, name, issuerName, kind, standing, last, nextAt, certificateUrl, domain, mayInvite, invitesSince } =
    seal;
  const read = 'reading' in standing ? readingText(visit.language, standing.reading) : '';
  return {
    id: showId('sea', sealId),
    name,
    issuerName,
    kind,
    certificateUrl,
    domain,
    state: standing.state,
    isShown: isShown(standing),
    read: read !== '' ? read : isShown(standing) ? visit.say('seals.read.valid') : null,
    why: whyOf(seal, visit),
    last: last === null ? null : checkRowOf(last, visit),
    next: visit.moment(nextAt),
    invites: mayInvite ? { since: invitesSince === null ? null : visit.moment(invitesSince) } : null,
  };
}

function whyOf({ standing, last }: Seal, { language, say, moment }: Reader): string | null {
  if (standing.state === 'ended') return sayReason(language, standing.reason);
  const failure = last === null || last.reason === null ? null : sayReason(language, last.reason);
  if (standing.state !== 'lost') return failure;
  return [say('seals.lost', { since: moment(standing.since).at }), ...(failure === null ? [] : [failure])].join(' ');
}

function checkRowOf({ checkId, at, outcome, reason, reading }: Check, { language, say, moment }: Reader): CheckRow {
  const read = reading === null ? '' : readingText(language, reading);
  const until = reading?.validUntil ?? null;
  const day = until?.subtract({ seconds: 1 }).toZonedDateTimeISO('Europe/Berlin').toPlainDate();
  return {
    id: showId('scn', checkId),
    at: moment(at),
    outcome,
    label: reading?.label ?? null,
    said: reason === null ? read || say('seals.read.valid') : sayReason(language, reason),
    validUntil: day === undefined ? null : formatDate(language, day),
  };
}

function formsOf(visit: Reader, typed: TypedSeal | null): readonly IssuerForm[] {
  return issuers.flatMap((issuer) =>
    (['seal', 'rating'] as const).flatMap((kind) => {
      if (issuer.adapters[kind] === null && issuer.id !== 'custom') return [];
      const mine = typed !== null && typed.issuer === issuer.id && typed.kind === kind ? typed : null;
      return [formOf(issuer, kind, visit, mine)];
    }),
  );
}

const exampleAdapter = {
  hosts: ['www.siegel.example'],
  pages: [{ url: '{certificate}', format: 'html', names: ['{domain}'], ended: ['ist abgelaufen'] }],
};

function formOf(issuer: Issuer, kind: SealKind, visit: Reader, typed: TypedSeal | null): IssuerForm {
  const { say } = visit;
  const isCustom = issuer.id === 'custom';
  const way = issuer.adapters[kind];
  const field: FieldOf = (name, label, more = {}) => ({
    name,
    label,
    note: null,
    as: 'line',
    value: typed?.values.get(name) ?? '',
    wrong: typed?.wrong?.field === name ? typed.wrong.message : null,
    ...more,
  });
  const sites = isCustom ? null : say('seals.certificate.note', { hosts: issuer.sites.join(', ') });
  return {
    issuer: issuer.id,
    kind,
    name: isCustom ? say('seals.custom') : issuer.name,
    isOpen: typed !== null,
    fields: [
      ...(isCustom ? [field('name', say('seals.name'))] : []),
      field('certificateUrl', say('seals.certificate'), { note: sites }),
      field('domain', say('seals.domain'), { note: say('seals.domain.note') }),
      ...(way === null ? [descriptionField(field, say, typed)] : accessFields(issuer, way, field, say)),
    ],
  };
}

type FieldOf = (name: string, label: string, more?: Partial<FormField>) => FormField;

function descriptionField(field: FieldOf, say: Say, typed: TypedSeal | null): FormField {
  const value = typed?.values.get('adapter') ?? JSON.stringify(exampleAdapter, null, 2);
  return field('adapter', say('seals.adapter'), { as: 'text', value, note: say('seals.adapter.note') });
}

/** What an issuer wants to know the shop by. Secrets never come back into a form. */
function accessFields({ idExample }: Issuer, way: Adapter, field: FieldOf, say: Say): readonly FormField[] {
  const note = idExample === null ? null : say('seals.example', { example: idExample });
  return [
    ...(asksForId(way) ? [field('issuerRef', say('seals.id'), { note })] : []),
    ...secretsOf(way).map((name) =>
      field(`secrets.${name}`, name, { as: 'secret', value: '', note: say('seals.secret.note') }),
    ),
  ];
}

import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import { Fault } from '#kit/fault';
import { tryRelay, type TriedRelay } from '#kit/mail';
import type { NoticeLine, Notices } from '#notices';
import type { Shop } from '#orders';
import { isTrial } from '../names.ts';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('mail');

/** What became of the newest notices of all real shops. */
export type NoticesSeen = Readonly<Record<'all' | 'refused' | 'suppressed' | 'waiting', number>>;
export type MailSeen = {
  readonly relay: TriedRelay | { readonly wrong: string } | null;
  /** Null where the data is not open. */
  readonly notices: NoticesSeen | null;
};

const noticesMax = 200;
const shopsMax = 20;
/** A mail that has not gone for so long waits for its server. */
const waitsAfterMinutes = 30;
/** Of so many one refused mail is no news. */
const judgedMin = 20;
const shareMax = 0.1;

export function mailChecks(place: Pick<Place, 'publicUrl' | 'domain'>, { relay, notices }: MailSeen): readonly Check[] {
  if (relay === null) return [isTrial(place) ? unknown('mail.trial') : warning('mail.inside')];
  return [...aboutRelay(relay), ...(notices === null ? [] : aboutNotices(notices))];
}

function aboutRelay(relay: NonNullable<MailSeen['relay']>): readonly Check[] {
  if ('wrong' in relay) return [bad('mail.wrong', { said: relay.wrong })];
  const { host, port, no, answer, verified, hasAccount } = relay;
  const server = `${host}:${port}`;
  if (no !== null) return [bad(`mail.${no}`, { server, answer: answer === '' ? '-' : answer })];
  const isHere = /^(?:localhost|127\.|::1$)/.test(host);
  if (!verified && !isHere) return [warning('mail.open', { server })];
  return [hasAccount ? good('mail.good', { server }) : good('mail.good_open', { server })];
}

function aboutNotices({ all, refused, suppressed, waiting }: NoticesSeen): readonly Check[] {
  const isMuch = (count: number): boolean => all >= judgedMin && count > all * shareMax;
  return [
    ...(waiting > 0 ? [warning('mail.waiting', { count: waiting })] : []),
    ...(isMuch(refused) ? [warning('mail.refused_many', { count: refused, all })] : []),
    ...(isMuch(suppressed) ? [warning('mail.suppressed_many', { count: suppressed, all })] : []),
  ];
}

type Needs = {
  readonly place: Pick<Place, 'smtpUrl'>;
  readonly clock: Clock;
  readonly shops: {
    readonly list: readonly Shop[];
    readonly notices: Pick<Notices, 'ofShop'>;
    readonly database: Queries;
  } | null;
};

export async function lookAtMail({ place, clock, shops }: Needs): Promise<MailSeen> {
  const real = (shops?.list ?? []).filter(({ sample }) => !sample).slice(0, shopsMax);
  const [relay, lines] = await Promise.all([
    place.smtpUrl === null ? null : triedRelay(place.smtpUrl),
    shops === null
      ? null
      : Promise.all(real.map(({ shopId }) => shops.notices.ofShop(shops.database, shopId, null, noticesMax))),
  ]);
  return { relay, notices: lines === null ? null : countedOf(lines.flat(), clock.now()) };
}

async function triedRelay(url: string): Promise<MailSeen['relay']> {
  try {
    return await tryRelay({ url });
  } catch (error) {
    if (error instanceof Fault) return { wrong: error.publicText };
    throw error;
  }
}

export function countedOf(
  lines: readonly Pick<NoticeLine, 'outcome' | 'madeAt' | 'tries'>[],
  now: Temporal.Instant,
): NoticesSeen {
  const since = now.subtract({ minutes: waitsAfterMinutes });
  const isOld = ({ madeAt }: Pick<NoticeLine, 'madeAt'>): boolean => Temporal.Instant.compare(madeAt, since) < 0;
  return {
    all: lines.length,
    refused: lines.filter(({ outcome }) => outcome === 'refused').length,
    suppressed: lines.filter(({ outcome }) => outcome === 'suppressed').length,
    waiting: lines.filter((line) => line.outcome === null && (line.tries ?? 0) > 0 && isOld(line)).length,
  };
}

import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import { createWords } from '#kit/words';
import { sealed, type Disclosed, type DisclosureRequest, type Field, type Privacy, type Sealed } from '#privacy';
import { setSecrets, type Account } from './accounts.ts';
import type { Connector, ReadResult } from './contract.ts';
import { createHost, type Asked, type HostNeeds } from './host.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

/** What one call with an account's credentials has shown. */
export type Trial = {
  readonly verdict: 'accepted' | 'refused' | 'slow' | 'unreachable' | 'unclear' | 'silent' | 'quota';
  /** What the carrier said, where that decides nothing; else empty. */
  readonly answer: string;
};

/** Numbers that carriers give for tests; whether they know them or not, they look at the credentials first. */
const testNumbers: Readonly<Record<string, string>> = { ups: '1Z12345E0205271688' };
const usualTestNumber = '00340434161094015902';
const answerCharactersMax = 120;

/**
 * Asks the carrier once about a test number, in the way in which parcels are asked about: counted, and with the
 * consequences that a refusal has. An account that rested works again once the carrier has taken it.
 */
export async function tryAccount(needs: HostNeeds, account: Account, connector: Connector): Promise<Trial> {
  const host = createHost({ ...needs, privacy: withoutPersons(needs.privacy) });
  const parcel = {
    parcelId: newId(needs.clock),
    personId: newId(needs.clock),
    number: sealed('tracking_number', testNumbers[connector.manifest.id] ?? usualTestNumber),
    service: null,
  };
  try {
    const trial = trialOf(await host.ask({ ...account, paused: null }, connector, [parcel]));
    if (trial.verdict === 'accepted' && account.paused !== null) {
      await setSecrets(needs.database, needs.privacy, account, account.secrets);
    }
    return trial;
  } catch (error) {
    if (error instanceof Fault && error.code === 'unavailable') return { verdict: 'unreachable', answer: '' };
    throw error;
  }
}

/** The number is nobody's, so its going out is no disclosure, and no person's list of them shall name it. */
function withoutPersons(privacy: Privacy): Privacy {
  const pass = async <Kind extends Field>(_: Tx, request: DisclosureRequest<Kind>): Promise<Disclosed<Kind>> => {
    const values: Record<string, string> = {};
    for (const [field, value] of Object.entries<Sealed | undefined>(request.values)) {
      if (value !== undefined) values[field] = privacy.open(value, { purpose: 'finding again', reader: 'shop' });
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each field of the request has its own text
    return { values, withheld: {} } as Disclosed<Kind>;
  };
  return { ...privacy, disclose: pass };
}

/** An account that came to rest by being tried was refused, at whichever door. */
const verdictsOfNo = { quota: 'quota', paused: 'refused', withheld: 'silent' } as const;

function trialOf(asked: Asked): Trial {
  if ('no' in asked) return { verdict: verdictsOfNo[asked.no], answer: '' };
  const [answer] = asked.answers;
  return answer === undefined ? { verdict: 'silent', answer: '' } : verdictOf(answer.result);
}

/** Not knowing the number is what only somebody who was let in is told. */
function verdictOf({ errors }: ReadResult): Trial {
  const kinds = new Set(errors.map(({ kind }) => kind));
  if (kinds.has('auth')) return { verdict: 'refused', answer: '' };
  if (kinds.has('rate_limited')) return { verdict: 'slow', answer: '' };
  const odd = errors.find(({ kind }) => kind !== 'not_found');
  if (odd === undefined) return { verdict: 'accepted', answer: '' };
  return { verdict: 'unclear', answer: odd.message.slice(0, answerCharactersMax) };
}

const words = createWords<keyof typeof en>({ en, de });

/** What a trial has shown, in a sentence or two. */
export function sayTrial(language: string, { verdict, answer }: Trial, carrier: string): string {
  return words.say(language, `trial.${verdict}`, { carrier, answer });
}

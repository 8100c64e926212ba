import { findIssuer } from '#evidence';
import { countriesOf, rules, type Rule } from '#privacy';
import { carrierName } from '../screens/rows.ts';
import type { Visit } from '../screens/visit.ts';
import type { StaffFrame } from '../view.ts';
import { sayCode, type Say } from '../words.ts';

/** One line of the table of rules, in words. */
export type RuleRow = {
  readonly id: string;
  readonly recipients: string;
  readonly services: readonly string[];
  /** Null when the country does not count. */
  readonly countries: readonly string[] | null;
  readonly purpose: string;
  readonly fields: string;
  readonly verdict: string;
  readonly tone: 'good' | 'warn' | 'bad';
  /** As it is written, in English. */
  readonly source: string;
  readonly otherwise: string | null;
};

export type RulesView = { readonly frame: StaffFrame; readonly rows: readonly RuleRow[] };

export function rulesView({ frame, say }: Pick<Visit, 'frame' | 'say'>): RulesView {
  return { frame, rows: rules.map((rule) => rowOf(rule, say)) };
}

/** Carriers that the rules know and this house does not speak with yet. */
const otherNames: Readonly<Record<string, string>> = {
  dpd: 'DPD',
  gls: 'GLS',
  hermes: 'Hermes',
  fedex: 'FedEx',
  'post-at': 'Österreichische Post',
  'post-nl': 'PostNL',
  'swiss-post': 'Die Schweizerische Post',
};

const tones = { never: 'bad', 'consent: art. 6(1)(a)': 'warn' } as const;

function rowOf(rule: Rule, say: Say): RuleRow {
  const { verdict } = rule;
  const [basis = ''] = verdict.split(':');
  return {
    id: rule.id,
    recipients:
      rule.recipients === 'any'
        ? say('rules.relay')
        : rule.recipients.map((id) => otherNames[id] ?? findIssuer(id)?.name ?? carrierName(id)).join(', '),
    services: rule.services,
    countries: countriesOf(rule),
    purpose: sayCode(say, 'purpose', rule.purpose),
    fields: rule.fields.map((field) => sayCode(say, 'field', field)).join(', '),
    verdict: verdict === 'never' ? say('rules.never') : sayCode(say, 'basis', basis),
    tone: verdict === 'never' || verdict === 'consent: art. 6(1)(a)' ? tones[verdict] : 'good',
    source: rule.source,
    otherwise: rule.otherwise ?? null,
  };
}

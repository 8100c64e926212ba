import { countriesOf, rules, type Rule } from '#privacy';
import type { Call } from '../command.ts';

/** What may leave to whom, and where it is written. Needs no data. */
export function listRules({ world, json }: Call): Promise<number> {
  if (json)
    world.out(JSON.stringify({ rules: rules.map((rule) => ({ ...rule, countries: countriesOf(rule) })) }, null, 2));
  else {
    for (const rule of rules) for (const line of linesOf(rule)) world.out(line);
    world.out('What no rule names stays. Of several that fit, the strictest decides.');
  }
  return Promise.resolve(0);
}

function linesOf(rule: Rule): readonly string[] {
  const { id, recipients, services, purpose, fields, verdict, source, otherwise } = rule;
  const countries = countriesOf(rule);
  return [
    `${id}: ${verdict}`,
    `  ${fields.join(', ')} for ${purpose}`,
    `  to ${recipients === 'any' ? 'whoever runs the mail server' : recipients.join(', ')} (${services.join(', ')})`,
    ...(countries === null ? [] : [`  in ${countries.join(' ')}`]),
    `  ${source}`,
    ...(otherwise === undefined ? [] : [`  ${otherwise}`]),
    '',
  ];
}

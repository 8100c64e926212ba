import type { ConsoleNeeds, PreviewedOrder } from '../needs.ts';
import { sayCode, type Say } from '../words.ts';

type Reason = PreviewedOrder['reasons'][number];

/** Why an order is refused, in the language of the page: the field, the columns that it comes from, and what is wrong. */
export function reasonText(say: Say, { field, code, columns }: Reason): string {
  const name = field.replaceAll(/\.\d+/g, '');
  const why = whyOf(say, name, code);
  if (field === '') return why;
  const from = columns.length === 0 ? '' : ` (${columns.join(', ')})`;
  return `${sayCode(say, 'import.field', name)}${from}: ${why}`;
}

/** Where the code only says that the form is wrong, the field says which form it wants. */
function whyOf(say: Say, name: string, code: string): string {
  const words = sayCode(say, 'import.reason', code);
  if (words !== code) return words;
  const form = sayCode(say, 'import.form', name);
  return form === name ? say('import.reason.invalid') : form;
}

/** What the file of refused rows says beside what stood in them. */
export function reportWords(say: Say): Parameters<ConsoleNeeds['imports']['refused']>[2] {
  return { line: say('import.report.line'), reason: say('import.report.reason'), why: (one) => reasonText(say, one) };
}

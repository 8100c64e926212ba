import { createWords, type Values } from '#kit/words';
import de from '../words/de.json' with { type: 'json' };
import en from '../words/en.json' with { type: 'json' };

export type ShopWord = keyof typeof en;
type CodeOf<Word> = Word extends `wrong.${infer Rest}` ? Rest : never;
type Code = CodeOf<ShopWord>;

/** A shop's settings by name, and its logo. */
export type ShopField =
  | 'name'
  | 'language'
  | 'brand'
  | 'onBrand'
  | 'senderName'
  | 'senderAddress'
  | 'contactEmail'
  | 'contactPhone'
  | 'contactHours'
  | 'contactUrl'
  | 'logo';

/** What is wrong with one setting of a shop. */
export type Trouble = { readonly field: ShopField; readonly code: Code; readonly values: Values };

const words = createWords<ShopWord>({ en, de });

/** The trouble as a sentence that says what would be right. */
export function sayTrouble(language: string, { code, values }: Omit<Trouble, 'field'>): string {
  return words.say(language, `wrong.${code}`, values);
}

/** What people call a setting. */
export function sayField(language: string, field: ShopField): string {
  return words.say(language, `field.${field}`);
}

type Check = { readonly shape: RegExp; readonly isSound?: (digits: readonly number[], text: string) => boolean };

/**
 * VAT identification numbers as Directive 2006/112/EC art. 215 has them, without spaces and points, and Switzerland's
 * number with MWST, TVA or IVA behind it. Check digits where the state has published how they are made.
 */
const checks: Readonly<Record<string, Check>> = {
  AT: { shape: /^ATU\d{8}$/, isSound: austria },
  BE: {
    shape: /^BE[01]\d{9}$/,
    isSound: (_, text) => 97 - (Number(text.slice(2, 10)) % 97) === Number(text.slice(10)),
  },
  CHE: { shape: /^CHE\d{9}(?:MWST|TVA|IVA|VAT|TPV)?$/, isSound: (digits) => isSwiss(digits) },
  DE: { shape: /^DE[1-9]\d{8}$/, isSound: (digits) => iso7064(digits) },
  DK: { shape: /^DK\d{8}$/, isSound: (digits) => weighed(digits, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 },
  ES: { shape: /^ES[A-Z0-9]\d{7}[A-Z0-9]$/, isSound: (_, text) => isSpanish(text.slice(2)) },
  FR: { shape: /^FR[A-HJ-NP-Z0-9]{2}\d{9}$/, isSound: (_, text) => isFrench(text.slice(2)) },
  IT: { shape: /^IT\d{11}$/, isSound: (digits) => luhn(digits) },
  LU: { shape: /^LU\d{8}$/, isSound: (_, text) => Number(text.slice(2, 8)) % 89 === Number(text.slice(8)) },
  NL: { shape: /^NL\d{9}B\d{2}$/, isSound: (digits, text) => isDutch(digits, text) },
  PL: { shape: /^PL\d{10}$/, isSound: (digits) => weighed(digits, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digits.at(-1) },
};

const others = /^(?:BG|CY|CZ|EE|EL|FI|GB|HR|HU|IE|LT|LV|MT|NO|PT|RO|SE|SI|SK|XI)[A-Z0-9+*]{5,13}$/;

/** The number in the one way it is written in, or null when there is no such number. Total. */
export function readVatId(text: string): string | null {
  const plain = text.toUpperCase().replaceAll(/[\s.\-/]/g, '');
  const check = checks[plain.startsWith('CHE') ? 'CHE' : plain.slice(0, 2)];
  if (check === undefined) return others.test(plain) ? plain : null;
  if (!check.shape.test(plain)) return null;
  return check.isSound === undefined || check.isSound(digitsOf(plain), plain) ? plain : null;
}

/** Germany's Wirtschafts-Identifikationsnummer, `DE123456788-00001` (§ 139c AO); elsewhere whatever the state calls so. */
export function readBusinessId(country: string, text: string): string | null {
  if (country !== 'DE') return text;
  const plain = text.toUpperCase().replaceAll(/[\s./]/g, '');
  const [, main = ''] = /^DE(\d{9})(?:-?\d{5})?$/.exec(plain) ?? [];
  return main !== '' && iso7064(digitsOf(main)) ? plain.replace(/^(DE\d{9})-?(\d{5})$/, '$1-$2') : null;
}

function digitsOf(text: string): readonly number[] {
  return text.replaceAll(/\D/g, '').split('').map(Number);
}

function weighed(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * (digits[at] ?? 0), 0);
}

/** ISO 7064, MOD 11,10. */
function iso7064(digits: readonly number[]): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (digit + product) % 10;
    product = (2 * (sum === 0 ? 10 : sum)) % 11;
  }
  return (11 - product) % 10 === digits.at(-1);
}

/** ISO/IEC 7812-1, annex B. */
function luhn(digits: readonly number[]): boolean {
  const sum = digits.toReversed().reduce((all, digit, at) => all + (at % 2 === 0 ? digit : doubled(digit)), 0);
  return sum % 10 === 0;
}

function doubled(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}

function austria(digits: readonly number[]): boolean {
  const sum = digits.slice(0, 7).reduce((all, digit, at) => all + (at % 2 === 0 ? digit : doubled(digit)), 0);
  return (10 - ((sum + 4) % 10)) % 10 === digits.at(-1);
}

function isSwiss(digits: readonly number[]): boolean {
  const check = (11 - (weighed(digits, [5, 4, 3, 2, 7, 6, 5, 4]) % 11)) % 11;
  return check !== 10 && check === digits[8];
}

function isDutch(digits: readonly number[], text: string): boolean {
  if (weighed(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === digits[8]) return true;
  // Sole traders' numbers since 2020: MOD 97-10 with letters as numbers (A = 10).
  const spelt = text.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(spelt) % 97n === 1n;
}

function isFrench(text: string): boolean {
  const siren = text.slice(2);
  const key = text.slice(0, 2);
  if (!luhn(digitsOf(siren))) return false;
  // A key with a letter in it is made by another rule, which is not published.
  return /\D/.test(key) || Number(key) === (12 + 3 * (Number(siren) % 97)) % 97;
}

/** NIF of natural persons (with X, Y and Z of foreigners); of companies the first letter and the check digit. */
function isSpanish(text: string): boolean {
  const person = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(text);
  if (person !== null) {
    const number = `${person[1] === '' ? '' : 'XYZ'.indexOf(person[1] ?? '')}${person[2] ?? ''}`;
    return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] === person[3];
  }
  const company = /^[A-HJNP-SUVW](\d{7})([A-J0-9])$/.exec(text);
  if (company === null) return /^[KLM]/.test(text);
  const digits = digitsOf(company[1] ?? '');
  const sum = digits.reduce((all, digit, at) => all + (at % 2 === 0 ? doubled(digit) : digit), 0);
  const check = (10 - (sum % 10)) % 10;
  return company[2] === String(check) || company[2] === 'JABCDEFGHI'[check];
}

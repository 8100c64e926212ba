import assert from 'node:assert/strict';
import { readForm, typedIn } from '../../src/customer/contact/form/read-form.ts';
import { plainText, readEmail, readNumber, readPhone, withoutLinks } from '../../src/service/cases/case.ts';
import { textParser, type Parser } from './parser.ts';

const form =
  'email=ada%40kunde.example&name=Ada&order=NK-1&topic=delivery&text=Wo+ist+es%3F&slot=2026-11-30T09%3A00%3A00Z&phone=030+1234567&once=0123456789abcdefghij';

/** What customers write. */
export const letterParsers: readonly Parser[] = [
  textParser('contact form', [form, 'website=x&text=', 'slot=x&phone=1'], (text) => {
    const typed = typedIn(new URLSearchParams(text));
    return typed === null ? null : readForm(typed, { isKnown: text.length % 2 === 0, isGoing: false });
  }),
  textParser('case number', ['C-7F3K-2Q9M', 'c 7f3k 2q9m', '7F3K2Q9M'], (text) => {
    const number = readNumber(text);
    assert.match(number ?? 'C-0000-0000', /^C-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  }),
  textParser('contact address', ['ada@kunde.example', 'jörg@müller.example'], (text) =>
    assert.doesNotMatch(readEmail(text) ?? '', /[\s,;<>]/u),
  ),
  textParser('contact phone', ['+49 (0)30 / 123-45'], readPhone),
  textParser(
    'contact text',
    ['Hallo\r\n\u202ewww.evil.example/x https://a.example?b mail a@b.example 3.5 cm'],
    (text) => withoutLinks(plainText(text), '…'),
  ),
];

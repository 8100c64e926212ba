import assert from 'node:assert/strict';

export type StepState = 'done' | 'current' | 'todo' | 'problem';

/** All texts are plain; a line break in them is a line break in the mail. */
export type Block =
  /** `attention` stands in a box: what the reader should know before anything else. */
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: 'plain' | 'muted' | 'attention' }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'facts'; readonly rows: readonly Fact[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** `summary` says in words what the bar shows, for narrow screens and for ears. 2 to 6 steps. */
  | { readonly kind: 'progress'; readonly summary: string; readonly steps: readonly Step[] }
  | { readonly kind: 'rule' };

export type Fact = { readonly label: string; readonly value: string; readonly url?: string };
export type Step = { readonly label: string; readonly state: StepState };
export type FooterLine = { readonly text: string; readonly link?: { readonly label: string; readonly url: string } };

/** What a mail says, once for both of its parts. */
export type MailContent = {
  readonly language: string;
  /** The line beside the subject in the list of mails. */
  readonly preheader: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
  readonly footer: readonly FooterLine[];
};

/** Links of a mail lead to pages, to mail or to a phone, whoever wrote them. */
export function checkedUrl(url: string): string {
  assert(URL.canParse(url), 'a link of a mail is a whole address');
  assert(['https:', 'http:', 'mailto:', 'tel:'].includes(new URL(url).protocol), 'a link of a mail leads to a page');
  return url;
}

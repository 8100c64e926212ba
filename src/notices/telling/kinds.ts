import assert from 'node:assert/strict';
import type { Block } from '#kit/mail-html';
import type { MailGroup } from '#mail';
import type { Shop } from '#orders';
import type { Objectionable } from '#privacy';

/** What a message is made from, by name: texts, codes, whole addresses. They lie sealed until it goes. */
export type Values = Readonly<Record<string, string>>;

/** What a message says between greeting and footer. */
export type MessageText = {
  readonly subject: string;
  /** The line beside the subject in the list of mails. */
  readonly preheader: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
};

/** A kind of message of an upper floor. */
export type MessageKind = {
  /** After so long it is not worth sending any more: a code that ran out, a receipt that came too late. */
  readonly minutesMax: number;
  /** True for the last word to somebody whose data goes in the same transaction; it is told of before that is done. */
  readonly outlivesPerson?: true;
  /**
   * Why its reader gets it, as its foot says: asked for on a page (where this is missing), written to the shop with this
   * address, or because the law wants it.
   */
  readonly why?: 'law' | 'wrote';
  /** Ids of earlier messages that it is an answer in the conversation of, from what it was told with. */
  readonly follows?: (values: Values) => readonly string[];
  /** What it is sent for, where it is not the answer to what its reader asked for: who objected to that does not get it. */
  readonly purpose?: Objectionable;
  /** The group of mails that it is left with; missing where nobody can do without it. */
  readonly group?: MailGroup;
  /** Pure; made when it is sent, in whichever process that is. `values` are those it was told with. */
  readonly compose: (told: { readonly shop: Shop; readonly language: string; readonly values: Values }) => MessageText;
};

export type MessageKinds = ReturnType<typeof createKinds>;

export function createKinds() {
  const kinds = new Map<string, MessageKind>();
  return {
    add: (name: string, kind: MessageKind): void => {
      assert(!kinds.has(name), `the message ${name} is registered twice`);
      kinds.set(name, kind);
    },
    find: (name: string): MessageKind | null => kinds.get(name) ?? null,
  };
}

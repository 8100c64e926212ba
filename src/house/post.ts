import { createSmtpTransport, type MailTransport } from '#kit/mail';
import type { Mailbox } from '#kit/mailbox';

/** The ways that mails go: the sample shop's to the mailbox always, the others' to it until a mail server is set. */
export type Post = {
  readonly of: (shop: { readonly sample: boolean }) => MailTransport;
  readonly close: () => Promise<void>;
};

export function createPost(needs: {
  readonly mailbox: Pick<Mailbox, 'url'>;
  readonly smtp: { readonly url: string; readonly operator: string | null } | null;
  readonly log: (line: string) => void;
}): Post {
  const { log } = needs;
  const inside = createSmtpTransport({ url: needs.mailbox.url, operator: null, log });
  const outside = needs.smtp === null ? inside : createSmtpTransport({ ...needs.smtp, log });
  return {
    of: (shop) => (shop.sample ? inside : outside),
    close: async () => {
      await inside.close();
      if (outside !== inside) await outside.close();
    },
  };
}

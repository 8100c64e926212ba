import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { MailboxView, MailView } from '../view.ts';

/** The mails that went nowhere, newest first. */
export function mailboxPage(view: MailboxView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('mailbox.title'), place: 'mailbox' },
    <>
      <p class="soft">{say('mailbox.intro')}</p>
      <Table
        name={say('mailbox.title')}
        rows={view.rows}
        keyOf={(row) => row.id}
        empty={say('mailbox.none')}
        columns={[
          {
            label: say('mailbox.subject'),
            cell: ({ id, subject }) => (
              <a href={consolePaths.mail(id)}>
                <bdi>{subject === '' ? say('mailbox.no_subject') : subject}</bdi>
              </a>
            ),
          },
          { label: say('mailbox.to'), cell: ({ to }) => <bdi>{to}</bdi> },
          { label: say('mailbox.received'), cell: ({ received }) => <When moment={received} /> },
        ]}
      />
    </>,
  );
}

/** One mail. Its own markup stays in a frame that may do nothing: no script, no form, no address of ours. */
export function mailPage(view: MailView, needs: PageNeeds): string {
  const { say } = needs;
  const { mail } = view;
  return staffPage(
    view.frame,
    needs,
    { title: mail.subject === '' ? say('mailbox.no_subject') : mail.subject, place: 'mailbox' },
    <>
      <p>
        <a href={consolePaths.mailbox}>{say('mailbox.back')}</a>
      </p>
      <dl class="card facts">
        <Fact label={say('mailbox.from')}>
          <bdi>{mail.from}</bdi>
        </Fact>
        <Fact label={say('mailbox.to')}>
          <bdi>{mail.to}</bdi>
        </Fact>
        <Fact label={say('mailbox.received')}>
          <When moment={mail.received} exact />
        </Fact>
      </dl>
      <iframe
        class="mail"
        title={say('mailbox.body')}
        src={consolePaths.mailBody(mail.id)}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
      />
    </>,
  );
}

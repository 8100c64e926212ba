// Reports as mail servers write them, with invented people and machines.

export type ReportParts = {
  readonly to: string;
  readonly messageId: string;
  readonly action?: string;
  readonly status?: string;
  readonly diagnostic?: string;
};

/** RFC 3464, as Postfix writes it. */
export function statusReport({ to, messageId, ...more }: ReportParts): string {
  const { action = 'failed', status = '5.1.1', diagnostic = `smtp; 550 ${status} <anna@kunde.example>: no such user` } = more;
  return `Return-Path: <>
Delivered-To: ${to}
Date: Fri, 20 Nov 2026 09:01:02 +0100 (CET)
From: MAILER-DAEMON@mx.relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: ${to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="A1B2C3.1795161662/mx.relay.example"
Message-Id: <20261120080102.D4E5F6@mx.relay.example>

This is a MIME-encapsulated message.

--A1B2C3.1795161662/mx.relay.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.relay.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

--A1B2C3.1795161662/mx.relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.relay.example
X-Postfix-Queue-ID: A1B2C3
X-Postfix-Sender: rfc822; ${to}
Arrival-Date: Fri, 20 Nov 2026 09:01:00 +0100 (CET)

Final-Recipient: rfc822; anna@kunde.example
Original-Recipient: rfc822;anna@kunde.example
Action: ${action}
Status: ${status}
Remote-MTA: dns; mail.kunde.example
Diagnostic-Code: ${diagnostic}

--A1B2C3.1795161662/mx.relay.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <${to}>
From: Nordlicht <post@nordlicht.example>
To: Ada Beispiel <anna@kunde.example>
Subject: Ihr Paket ist unterwegs
Message-ID: <${messageId}>

--A1B2C3.1795161662/mx.relay.example--
`.replaceAll('\n', '\r\n');
}

/** qmail knows no RFC 3464. */
export function qmailReport({ to, messageId }: ReportParts): string {
  return `Return-Path: <>
Date: 20 Nov 2026 08:01:02 -0000
From: MAILER-DAEMON@qmail.relay.example
To: ${to}
Subject: failure notice

Hi. This is the qmail-send program at qmail.relay.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@kunde.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <${to}>
Message-ID: <${messageId}>
Subject: Ihr Paket: 5.7.1 spam

Hallo
`;
}

/** Exim, with a head of its own. */
export function eximReport({ to, messageId }: ReportParts): string {
  return `Return-path: <>
X-Failed-Recipients: anna@kunde.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@exim.relay.example>
To: ${to}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  anna@kunde.example
    host mail.kunde.example [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<anna@kunde.example>:
    552 Mailbox full

------ This is a copy of the message, including all the headers. ------

Message-ID: <${messageId}>
`;
}

/** Exchange of old, in German and without a number. */
export function exchangeReport({ to, messageId }: ReportParts): string {
  return `Return-Path: <>
From: Postmaster <postmaster@kunde.example>
To: ${to}
Subject: Unzustellbar: Ihr Paket ist unterwegs

Ihre Nachricht konnte nicht zugestellt werden.

anna@kunde.example: the recipient address does not exist.

Message-ID: <${messageId}>
`;
}

export function absenceNote({ to }: ReportParts): string {
  return `From: Anna Kunde <anna@kunde.example>
To: ${to}
Subject: Abwesend: Ihr Paket ist unterwegs
Auto-Submitted: auto-replied

Ich bin bis 550 im Urlaub. Mails werden nicht weitergeleitet.
`;
}

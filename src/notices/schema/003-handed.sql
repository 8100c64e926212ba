-- When a message was last handed to the mail server; what was no telling takes it back.
alter table notices.notice add column handed_at timestamptz;

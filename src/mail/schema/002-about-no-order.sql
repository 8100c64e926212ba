-- A mail about a person's own data may be about no order.
alter table mail.sent alter order_id drop not null;
alter table mail.suppressed alter order_id drop not null;

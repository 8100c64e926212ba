create table service.contact (
  shop_id uuid primary key,
  facts jsonb not null,
  changed_at timestamptz not null
);
comment on table service.contact is 'family: reference. What a shop says in public about who it is and how it is reached; e-mail and phone stand in the shop''s face.';

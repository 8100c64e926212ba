alter table notices.told
  add column happened_at timestamptz,
  add column held_until timestamptz,
  add column of_kind text,
  add column of_generation text;

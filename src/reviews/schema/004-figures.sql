alter table reviews.standing add column shown_at timestamptz;
update reviews.standing s set shown_at = r.shown_at
  from reviews.review r where r.review_id = s.review_id and r.shop_id = s.shop_id and s.state = 'published';
create index standing_shown on reviews.standing (shop_id, shown_at desc, review_id desc) where state = 'published';
create index standing_by_stars on reviews.standing (shop_id, shop_stars, shown_at desc, review_id desc) where state = 'published';

alter table reviews.product_stars add column shown_at timestamptz;
update reviews.product_stars p set shown_at = s.shown_at
  from reviews.standing s where s.shop_id = p.shop_id and s.review_id = p.review_id;
create index product_stars_shown on reviews.product_stars (shop_id, sku, shown_at desc, review_id desc);
drop index reviews.product_stars_by_sku;
create index product_stars_by_sku on reviews.product_stars (shop_id, sku, stars);

drop index reviews.review_shown;
drop index reviews.review_by_state;
create index review_changed on reviews.review (shop_id, changed_at, review_id);
create index review_by_state on reviews.review (shop_id, state, changed_at, review_id);
create index review_waiting on reviews.review (shop_id, changed_at, review_id) where state = 'waiting' or shown_id <> latest_id;

create table reviews.tally (
  shop_id uuid not null,
  slot smallint not null,
  state text not null,
  reason text not null,
  shop_stars smallint not null,
  delivery_stars smallint not null,
  reviews int not null,
  primary key (shop_id, slot, state, reason, shop_stars, delivery_stars)
);
comment on table reviews.tally is 'family: reference. How many reviews stand so: the rows of standing, counted as they change. Slot: by the id, so that few wait for each other. Empty and 0: none.';
insert into reviews.tally
  select shop_id, get_byte(uuid_send(review_id), 0) & 15, state, coalesce(reason, ''), coalesce(shop_stars, 0),
    coalesce(delivery_stars, 0), count(*)
  from reviews.standing group by 1, 2, 3, 4, 5, 6;

create index imported_by_source on reviews.imported (shop_id, source, stars);
create index imported_newest on reviews.imported (shop_id, written_on desc, row_hash);

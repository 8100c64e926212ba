import { statements as imported } from './exchange/store.ts';
import { statements as pictures } from './pictures/store.ts';

const staffColumns = `
  r.person_id as "personId", r.review_id as "reviewId", r.order_id as "orderId", r.written_at as "writtenAt",
  r.changed_at as "changedAt", r.state, r.reason, r.note, r.judged_at as "judgedAt", r.latest_id as "latestId",
  r.shown_id as "shownId", r.answer, r.answered_at as "answeredAt", v.content`;

/** Chosen along an index before any words are fetched: a join of both would read all that was ever written. */
function staffList(which: string, isNewestFirst = true): string {
  const [past, order] = isNewestFirst ? ['<', 'desc'] : ['>', 'asc'];
  return `
    with r as materialized (
      select r.* from reviews.review r
      where r.shop_id = $1 and ${which}(r.changed_at, r.review_id) ${past} ($2, $3)
      order by r.changed_at ${order}, r.review_id ${order} limit $4)
    select ${staffColumns} from r
      cross join lateral (
        select v.content from reviews.revision v where v.person_id = r.person_id and v.revision_id = r.latest_id) v
    order by r.changed_at ${order}, r.review_id ${order}`;
}

export const statements = {
  setting: `
    select invites, basis, told_at as "toldAt", delay_days as "delayDays", fallback_days as "fallbackDays",
      publish_days as "publishDays"
    from reviews.setting where shop_id = $1`,
  setSetting: `
    insert into reviews.setting (shop_id, invites, basis, told_at, delay_days, fallback_days, publish_days, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (shop_id) do update set invites = excluded.invites, basis = excluded.basis, told_at = excluded.told_at,
      delay_days = excluded.delay_days, fallback_days = excluded.fallback_days, publish_days = excluded.publish_days,
      changed_at = excluded.changed_at`,

  // An order that was decided on stays so, whatever its parcels do. A timer that would come later is left alone: when it
  // comes it is set anew, so that not every scan sets one.
  plan: `
    insert into reviews.invitation as i (person_id, order_id, shop_id, verdict, since, is_fallback, due_at)
    select g.person_id, g.order_id, g.shop_id, 'planned', g.since, g.is_fallback, g.due_at
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::boolean[], $6::timestamptz[])
      as g (person_id, order_id, shop_id, since, is_fallback, due_at)
    order by g.person_id, g.order_id
    on conflict (person_id, order_id) do update set since = excluded.since, is_fallback = excluded.is_fallback,
      due_at = excluded.due_at
      where i.verdict = 'planned' and (excluded.due_at < i.due_at or excluded.is_fallback <> i.is_fallback)
    returning person_id as "personId", order_id as "orderId", due_at as "dueAt"`,
  lockPlanned: `
    select shop_id as "shopId" from reviews.invitation
    where person_id = $1 and order_id = $2 and verdict = 'planned' for update`,
  postpone: `
    update reviews.invitation set since = $3, is_fallback = $4, due_at = $5
    where person_id = $1 and order_id = $2 and verdict = 'planned'`,
  decide: `
    update reviews.invitation set verdict = $3, reason = $4, decided_at = $5, review_id = $6, items = $7
    where person_id = $1 and order_id = $2 and verdict = 'planned'`,
  passOver: `
    insert into reviews.passed_over as p (shop_id, reason, orders) values ($1, $2, 1)
    on conflict (shop_id, reason) do update set orders = p.orders + 1`,
  invitation: `
    select person_id as "personId", order_id as "orderId", shop_id as "shopId", review_id as "reviewId", items
    from reviews.invitation where person_id = $1 and order_id = $2 and verdict = 'invited'`,
  lockInvitation: `
    select person_id as "personId", order_id as "orderId", shop_id as "shopId", review_id as "reviewId", items
    from reviews.invitation where person_id = $1 and order_id = $2 and verdict = 'invited' for update`,

  unwritten: `
    select i.person_id as "personId", i.order_id as "orderId", i.review_id as "reviewId", i.shop_id as "shopId"
    from reviews.invitation i join reviews.standing s on s.shop_id = i.shop_id and s.review_id = i.review_id
    where i.shop_id = $1 and i.verdict = 'invited' and s.state = 'invited' order by i.decided_at limit 500`,

  addToken: `
    insert into reviews.token (token_hash, shop_id, person_id, order_id, until_at) values ($1, $2, $3, $4, $5)`,
  token: `
    select shop_id as "shopId", person_id as "personId", order_id as "orderId", until_at as "untilAt"
    from reviews.token where token_hash = $1`,
  useToken: `update reviews.token set until_at = $2 where token_hash = $1`,

  addReview: `
    insert into reviews.review (person_id, review_id, order_id, shop_id, written_at, changed_at, latest_id, state)
    values ($1, $2, $3, $4, $5, $5, $6, 'waiting')`,
  reviseReview: `
    update reviews.review set changed_at = $3, latest_id = $4, reason = null, note = null, judged_at = null,
      state = case when shown_id is null then 'waiting' else state end
    where person_id = $1 and review_id = $2`,
  addRevision: `
    insert into reviews.revision (person_id, revision_id, review_id, shop_id, made_at, digest, content)
    values ($1, $2, $3, $4, $5, $6, $7)`,
  countRevisions: `select count(*)::int as count from reviews.revision where person_id = $1 and review_id = $2`,
  lockReview: `
    select person_id as "personId", review_id as "reviewId", order_id as "orderId", shop_id as "shopId",
      latest_id as "latestId", shown_id as "shownId", state, changed_at as "changedAt", answer
    from reviews.review where review_id = $1 for update`,
  personOf: `select person_id as "personId" from reviews.review where shop_id = $1 and review_id = $2`,
  revision: `
    select revision_id as "revisionId", digest, content from reviews.revision where person_id = $1 and revision_id = $2`,
  show: `
    update reviews.review set state = 'published', shown_id = latest_id, shown_at = coalesce(shown_at, $3), entry_id = $4,
      judged_at = $3, reason = null, note = null
    where person_id = $1 and review_id = $2 returning shown_at as "at"`,
  withhold: `
    update reviews.review set state = 'withheld', shown_id = null, shown_at = null, entry_id = null, judged_at = $3,
      reason = $4, note = $5
    where person_id = $1 and review_id = $2`,
  setAnswer: `update reviews.review set answer = $3, answered_at = $4 where person_id = $1 and review_id = $2`,
  dropReview: `
    with gone as (delete from reviews.revision where person_id = $1 and review_id = $2)
    delete from reviews.review where person_id = $1 and review_id = $2`,

  // Only the person of a review changes how it stands, one after the other. Counts are taken in one order, so that two who
  // count at once wait for each other and not both.
  setStandings: `
    with g as (
      select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::timestamptz[])
        as g (shop_id, review_id, state, reason, shop_stars, delivery_stars, shown_at)
    ), steps as (
      select g.*, 1 as step from g
      union all
      select s.*, -1 from reviews.standing s where (s.shop_id, s.review_id) in (select g.shop_id, g.review_id from g)
    ), kept as (
      insert into reviews.standing (shop_id, review_id, state, reason, shop_stars, delivery_stars, shown_at)
      select * from g
      on conflict (shop_id, review_id) do update set state = excluded.state, reason = excluded.reason,
        shop_stars = excluded.shop_stars, delivery_stars = excluded.delivery_stars, shown_at = excluded.shown_at
    )
    insert into reviews.tally as t (shop_id, slot, state, reason, shop_stars, delivery_stars, reviews)
    select shop_id, get_byte(uuid_send(review_id), 0) & 15, state, coalesce(reason, ''), coalesce(shop_stars, 0),
      coalesce(delivery_stars, 0), sum(step)
    from steps group by 1, 2, 3, 4, 5, 6 having sum(step) <> 0 order by 1, 2, 3, 4, 5, 6
    on conflict (shop_id, slot, state, reason, shop_stars, delivery_stars) do update
      set reviews = t.reviews + excluded.reviews`,
  dropProducts: `delete from reviews.product_stars where shop_id = $1 and review_id = $2`,
  addProducts: `
    insert into reviews.product_stars (shop_id, review_id, place, sku, stars, shown_at)
    select $1, $2, g.place, g.sku, g.stars, $6
    from unnest($3::smallint[], $4::text[], $5::smallint[]) as g (place, sku, stars)`,

  figures: `
    select 'review' as what, state as word, nullif(reason, '') as reason, nullif(shop_stars, 0) as shop,
      nullif(delivery_stars, 0) as delivery, sum(reviews)::int as count
    from reviews.tally where shop_id = $1 group by 1, 2, 3, 4, 5 having sum(reviews) > 0
    union all
    select 'passed over', reason, null, null, null, orders from reviews.passed_over where shop_id = $1
    union all
    select 'planned', '', null, null, null, count(*)::int from reviews.invitation
    where shop_id = $1 and verdict = 'planned' and not is_fallback`,

  staffWaiting: staffList(`(r.state = 'waiting' or r.shown_id <> r.latest_id) and `, false),
  countWaiting: `
    select count(*)::int as count from (
      select from reviews.review r where r.shop_id = $1 and (r.state = 'waiting' or r.shown_id <> r.latest_id) limit 1000) w`,
  staffIn: staffList(`r.state = $5 and `),
  staffAll: staffList(''),
  staffOne: `
    select ${staffColumns} from reviews.review r
      join reviews.revision v on v.person_id = r.person_id and v.revision_id = r.latest_id
    where r.shop_id = $1 and r.review_id = $2`,
  changedAt: `select changed_at as "at" from reviews.review where review_id = $1 and shop_id = $2`,

  ofPersons: `
    select person_id as "personId", review_id as "reviewId", shop_id as "shopId" from reviews.invitation
    where person_id = any ($1::uuid[]) and review_id is not null order by review_id`,
  stateOf: `select state from reviews.standing where shop_id = $1 and review_id = $2 for update`,

  forgetSettings: `delete from reviews.setting where shop_id = $1`,
  forgetInvitations: `delete from reviews.invitation where shop_id = $1`,
  forgetTokens: `delete from reviews.token where shop_id = $1`,
  forgetRevisions: `delete from reviews.revision where shop_id = $1`,
  forgetReviews: `delete from reviews.review where shop_id = $1`,
  forgetStandings: `delete from reviews.standing where shop_id = $1`,
  forgetTally: `delete from reviews.tally where shop_id = $1`,
  forgetProducts: `delete from reviews.product_stars where shop_id = $1`,
  forgetPassedOver: `delete from reviews.passed_over where shop_id = $1`,
};

export const forgetting: readonly string[] = [
  statements.forgetTokens,
  pictures.forget,
  imported.forget,
  statements.forgetInvitations,
  statements.forgetRevisions,
  statements.forgetReviews,
  statements.forgetStandings,
  statements.forgetTally,
  statements.forgetProducts,
  statements.forgetPassedOver,
  statements.forgetSettings,
];

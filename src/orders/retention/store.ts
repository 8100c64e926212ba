/** Whose buyer or receiver restricted the use of their data: it waits. */
const waits = (order: string, place: number): string =>
  `(${order}.person_id = any ($${place}::uuid[]) or coalesce(${order}.receiver_id = any ($${place}), false))`;

/** When an order was placed, and at the latest when it came in: a day to come, mistyped, keeps nothing for longer. */
const placed = (order: string): string => `least(${order}.placed_at, ${order}.created_at)`;

export const statements = {
  pastOrders: `
    select count(*) as rows, min(${placed('o')}) as oldest from orders.purchase o
    where shop_id = $1 and ${placed('o')} < $2 and not ${waits('o', 3)}`,
  pastBoxes: `
    select count(*) as rows from orders.box b join orders.purchase p on p.person_id = b.person_id and p.order_id = b.order_id
    where p.shop_id = $1 and ${placed('p')} < $2 and not ${waits('p', 3)}`,
  // Whoever has an order that stays, as buyer or as receiver, stays.
  pastPersons: `
    select count(distinct g.person_id) as rows from orders.purchase o
    cross join lateral (values (o.person_id), (o.receiver_id)) as g (person_id)
    where o.shop_id = $1 and ${placed('o')} < $2 and g.person_id is not null and not ${waits('o', 3)}
      and not exists (
        select from orders.purchase p where p.person_id = g.person_id and (${placed('p')} >= $2 or ${waits('p', 3)}))
      and not exists (
        select from orders.purchase p where p.receiver_id = g.person_id and (${placed('p')} >= $2 or ${waits('p', 3)}))`,
  // Locked; asked a second time it may find others too, which somebody else had locked before.
  findPast: `
    select person_id as "personId", order_id as "orderId", receiver_id as "receiverId" from orders.purchase o
    where shop_id = $1 and ${placed('o')} < $2 and not ${waits('o', 4)}
    order by placed_at, order_id limit $3 for update skip locked`,
  dropOrders: `
    delete from orders.purchase where (person_id, order_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  dropBoxes: `
    delete from orders.box where (person_id, order_id) in (select * from unnest($1::uuid[], $2::uuid[]))
    returning parcel_id as "parcelId"`,
  dropNumbers: `delete from orders.purchase_by_hash where order_id = any ($1::uuid[]) returning order_id as "orderId"`,
  dropLinks: `delete from orders.link where order_id = any ($1::uuid[]) returning order_id as "orderId"`,
  // Locked before it is asked whether an order leads to them: a new order of theirs waits, or keeps them.
  lockPersons: `select person_id as "personId" from orders.person where person_id = any ($1::uuid[]) order by 1 for update`,
  orderless: `
    select g.person_id as "personId" from unnest($1::uuid[]) as g (person_id)
    where not exists (select from orders.purchase p where p.person_id = g.person_id)
      and not exists (select from orders.purchase p where p.receiver_id = g.person_id)`,

  pastLinks: `
    select count(*) as rows, min(expires_at) as oldest from orders.link
    where ($1::uuid is null or shop_id = $1) and expires_at < $2`,
  dropEndedLinks: `
    with gone as (
      delete from orders.link where link_hash in (
        select link_hash from orders.link where ($1::uuid is null or shop_id = $1) and expires_at < $2 limit $3)
      returning 1
    )
    select count(*) as rows from gone`,
};

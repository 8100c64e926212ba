create index purchase_by_age on orders.purchase (shop_id, placed_at);

create index purchase_by_receiver on orders.purchase (receiver_id) where receiver_id is not null;

create index purchase_by_hash_of_order on orders.purchase_by_hash (order_id);

create index link_of_order on orders.link (order_id);

create index link_ended on orders.link (expires_at) where expires_at is not null;

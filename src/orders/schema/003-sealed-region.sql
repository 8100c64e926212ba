-- Values that few orders share name a customer: region and country stand in the sealed address, and nowhere else.
alter table orders.purchase alter column country drop not null;
alter table orders.purchase alter column postcode_area drop not null;
update orders.purchase set country = null, postcode_area = null;
comment on table orders.purchase is 'family: person. What was bought and where it goes, sealed. Nothing is written to country and postcode_area.';

-- Values that few orders share name a customer: region and country stand in the sealed address, and nowhere else.
update orders.purchase set country = '', postcode_area = '';
comment on table orders.purchase is 'family: person. What was bought and where it goes, sealed. In country and postcode_area stands nothing any more.';

-- Corrected addresses had left their region readable.
update orders.purchase set country = '', postcode_area = '' where country <> '' or postcode_area <> '';

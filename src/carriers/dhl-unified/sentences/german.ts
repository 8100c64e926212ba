import { type Group, anything } from './group.ts';

const notDelivered = [
  '(?:konnte|konnten|kann|können|wurde|war)\\b.{0,80}nicht\\b.{0,60}(?:zugestellt|ausgeliefert|übergeben|eingestellt|angetroffen|zustellen)',
  'zustellung.{0,60}(?:nicht (?:möglich|erfolgreich)|fehlgeschlagen|erfolglos|leider nicht|heute nicht)',
  'erfolglos\\w* zustellversuch|zustellversuch.{0,40}(?:nicht|erfolglos|fehlgeschlagen)|nicht (?:erfolgreich )?zugestellt',
  'nicht angetroffen|annahme.{0,30}verweiger|verweiger|unzustellbar|zustellhindernis',
].join('|');

const outlet = '(?:filiale|packstation|paketshop|agentur|servicepoint|abholort|postamt|poststation)';

/** DHL's German sentences. */
export const german: readonly Group[] = [
  {
    when: /gelöscht|storn|ungültig/i,
    unless: null,
    says: [
      ['info.event_retracted', /ereignis.{0,40}(?:gelöscht|storniert|ungültig)|durch (?:den )?zusteller gelöscht/i],
      ['cancelled.by_sender', /(?:sendung|auftrag|versand).{0,60}storn/i],
    ],
  },
  {
    when: /elektronisch|angekündigt|auftragsdaten|sendungsdaten|vorankündigung|versandetikett|abholauftrag|abholung/i,
    unless: /liegt|bereit|gebracht|benachrichtig|erfolgreich|filiale|packstation/i,
    says: [
      ['announced.pickup_failed', /abholung.{0,40}(?:nicht|fehlgeschlagen|erfolglos)/i],
      ['announced.pickup_scheduled', /abholauftrag|abholung.{0,30}(?:beauftragt|gebucht|geplant)/i],
      ['announced.label_created', /versandetikett|label (?:wurde )?erstellt/i],
      ['announced.data_received', /elektronisch|angekündigt|auftragsdaten|sendungsdaten|vorankündigung/i],
    ],
  },
  {
    when: /nachnahme|überweisung|betrag/i,
    unless: /nicht/i,
    says: [['info.cod_transferred', /überw(?:ie|ei)s|gutgeschrieben/i]],
  },
  {
    when: /rücksend|zurückgesandt|zurückgesendet|zurückgeschickt|zurück an den absender|an den absender|retour|es erfolgt eine rück/i,
    unless: /paketzentrum zurück|nachverpack/i,
    says: [
      ['returning.not_collected', /nicht\b.{0,60}abgeholt|lagerfrist/i],
      ['returning.customs_refused', /zoll|verzoll/i],
      ['returning.refused', /verweiger/i],
      ['returning.damaged', /beschädig/i],
      ['returning.by_recipient', /wunsch des empfängers|empfängerwunsch/i],
      ['returning.by_sender', /wunsch des absenders|absenderwunsch/i],
      ['returning.address', /adress|anschrift|unbekannt|verzogen/i],
      ['returning.undeliverable', new RegExp(notDelivered, 'i')],
      ['returning.other', /wird|eingeleitet|auf dem weg|erfolgt eine/i],
      [
        'returned.to_sender',
        /(?:an den absender|rücksendung)\b.{0,60}(?:zugestellt|ausgeliefert|übergeben|abgeschlossen)/i,
      ],
      ['returning.other', anything],
    ],
  },
  {
    when: new RegExp(notDelivered, 'i'),
    unless: null,
    says: [
      ['delivery_failed.refused', /verweiger/i],
      ['delivery_failed.identification_failed', /identi|altersprüfung|ausweisprüfung/i],
      ['delivery_failed.payment_missing', /zahlung|nachnahme|bezahl/i],
      ['delivery_failed.too_large', /zu (?:groß|schwer)|maße/i],
      ['delivery_failed.locker_full', /packstation.{0,60}(?:voll|belegt|kein)/i],
      ['delivery_failed.shop_full', /(?:filiale|paketshop).{0,60}(?:voll|überfüllt|überlastet)/i],
      ['delivery_failed.closed', /geschlossen/i],
      ['delivery_failed.damaged', /beschädig/i],
      ['delivery_failed.misrouted', /fehlgeleitet/i],
      ['delivery_failed.address_problem', /adress|anschrift|unbekannt|verzogen/i],
      ['delivery_failed.no_access', /zugang|zutritt|zugänglich/i],
      ['delivery_failed.no_safe_place', /ablageort/i],
      ['delivery_failed.force_majeure', /wetter|witterung|unvorherseh|höhere gewalt|streik/i],
      ['delivery_failed.capacity', /kapazität|überlast/i],
      ['delivery_failed.not_home', /angetroffen|nicht zu hause|benachrichtig/i],
      ['delivery_failed.data_missing', /\bdaten\b/i],
      [
        'delivery_failed.second_attempt_planned',
        /(?:erneut|neuer|weiterer|zweiter|2\.) ?zustellversuch|nächste[nr]? (?:werk|zustell)tag/i,
      ],
      ['delivery_failed.other', anything],
    ],
  },
  {
    when: /zustellversuch|nicht\b.{0,40}abgeholt|lagerfrist/i,
    unless: null,
    says: [
      ['delivery_failed.second_attempt_planned', /(?:erneuter|neuer|weiterer|zweiter|2\.) ?zustellversuch/i],
      ['delivery_failed.not_collected', /nicht\b.{0,40}abgeholt|lagerfrist/i],
      ['delivery_failed.closed', /geschlossen/i],
    ],
  },
  {
    when: /vom absender|durch den absender|an dhl übergeben|weitertransport/i,
    unless: /angehalten|storn|wunsch/i,
    says: [
      ['accepted.dropped_off', /(?:vom|durch den) absender.{0,60}(?:eingeliefert|übergeben|abgegeben|aufgegeben)/i],
      ['accepted.received_at_depot', /an dhl übergeben/i],
      ['accepted.picked_up', /(?:entnommen|abgeholt).{0,60}weitertransport/i],
      ['in_transit.sorted', /weitertransport/i],
    ],
  },
  {
    when: /erinner|letzter (?:tag|abholtag)|letzte möglichkeit/i,
    unless: null,
    says: [
      ['ready_for_pickup.reminder', /erinner/i],
      ['ready_for_pickup.last_day', /letzte/i],
    ],
  },
  {
    when: new RegExp(
      `(?:hat|haben) .{0,60}(?:abgeholt|entnommen)|aus (?:der|dem) ${outlet}.{0,40}(?:abgeholt|entnommen)|(?:in|aus) (?:der|dem) ${outlet}.{0,60}abgeholt|vom empfänger.{0,40}abgeholt`,
      'i',
    ),
    unless: /nicht|kurier|zusteller/i,
    says: [
      ['delivered.collected_locker', /packstation|poststation/i],
      ['delivered.collected_post_office', /postamt/i],
      ['delivered.collected_shop', anything],
    ],
  },
  {
    when: new RegExp(
      `${outlet}.{0,80}(?:gebracht|weitergeleitet|transportiert|umgeleitet)|(?:auf dem weg|unterwegs) (?:zur|zum|zu einer|in die|in eine) ${outlet}`,
      'i',
    ),
    unless: /liegt|bereit\b/i,
    says: [['in_transit.redirected', anything]],
  },
  {
    when: new RegExp(
      `${outlet}.{0,120}(?:bereit|eingeliefert|eingestellt|abholung|hinterlegt)|(?:liegt|bereit|hinterlegt).{0,60}${outlet}|zur abholung bereit|abholbereit|benachrichtigt.{0,40}abhol`,
      'i',
    ),
    unless: /wird .{0,60}(?:bereit|eingeliefert)|absender/i,
    says: [
      ['ready_for_pickup.locker', /packstation|poststation/i],
      ['ready_for_pickup.post_office', /postamt/i],
      ['ready_for_pickup.depot', /zustellbasis|station\b|depot|niederlassung/i],
      ['ready_for_pickup.shop', anything],
    ],
  },
  {
    when: /zustellfahrzeug|in zustellung|in auslieferung|auslieferung durch|nächster stopp|gleich da/i,
    unless: /entladen|zurück/i,
    says: [
      ['out_for_delivery.next_stop', /nächster stopp|gleich da/i],
      ['out_for_delivery.second_attempt', /2\.|zweiter/i],
      ['out_for_delivery.loaded', anything],
    ],
  },
  {
    when: /(?:wurde|wurden|ist|erfolgreich)\b.{0,120}(?:zugestellt|ausgeliefert|ausgehändigt|übergeben)|^(?:erfolgreich )?(?:zugestellt|ausgeliefert)|zustellung (?:war |ist )?erfolgreich|zustellung an /i,
    unless: /\bwird\b|werden\b|an dhl|zustellorganisation|partner|kurier übergeben|gewählt|zoll/i,
    says: [
      ['delivered.damaged', /beschädig/i],
      ['delivered.partial', /teilweise|unvollständig/i],
      [
        'delivered.preferred_place_or_neighbour',
        /wunschnachbar.{0,5}\/|(?:wunschort|ablageort) ?(?:\/|oder) ?(?:wunsch)?nachbar/i,
      ],
      ['delivered.neighbour', /nachbar/i],
      ['delivered.parcel_box', /paketkasten|paketbox/i],
      ['delivered.letterbox', /briefkasten/i],
      ['delivered.safe_place', /ablageort|wunschort|vereinbarten ort|garage|terrasse/i],
      ['delivered.reception', /empfangsbereich|poststelle|rezeption|pförtner/i],
      ['delivered.household', /familie|haushalt|ehe(?:gatt|partner|mann|frau)|mitbewohner|angehörig/i],
      ['delivered.authorised_person', /bevollmächtigt/i],
      ['delivered.other_person', /andere\w*(?: anwesende\w*)? person/i],
      ['delivered.recipient', anything],
    ],
  },
  {
    when: /wunsch|gewählt|gewünscht|benachrichtig|zeitfenster|anhalten|umleitung|verfüg/i,
    unless: /zoll|beschädig|verzöger|fehlgeleitet/i,
    says: [
      ['info.preferred_day_set', /wunschtag|liefertag/i],
      ['info.preferred_neighbour_set', /wunschnachbar/i],
      ['info.preferred_location_set', /ablageort|wunschort/i],
      ['info.preferred_shop_set', /filiale|packstation|paketshop/i],
      ['info.stop_requested', /anhalten/i],
      ['info.redirect_requested', /umleitung|andere adresse/i],
      ['info.delivery_window', /zeitfenster/i],
      ['info.change_requested', /gewählt|gewünscht|verfüg/i],
      ['info.notification_sent', /benachrichtig/i],
    ],
  },
  {
    when: /zoll|einfuhr/i,
    unless: null,
    says: [
      ['exception.customs_refused', /abgelehnt|verweiger|negativ/i],
      ['exception.payment_due', /(?:zahlung|abgaben|gebühr).{0,40}(?:offen|ausstehend|erforderlich|fällig)/i],
      [
        'exception.documents',
        /(?:dokument|unterlagen|papiere|rechnung).{0,40}(?:fehl|unvollständig|erforderlich|benötigt)|fehlende (?:zoll)?(?:dokument|unterlagen|papiere)/i,
      ],
      ['exception.held_customs', /zurückgehalten|einbehalten|verzöger|angehalten/i],
      ['in_transit.customs_in', /nicht abgeschlossen|begonnen|gestartet|vorbereitet/i],
      ['in_transit.customs_cleared', /abgeschlossen|freigabe|freigegeben|erledigt/i],
      ['in_transit.customs_in', anything],
    ],
  },
  {
    when: null,
    unless: null,
    says: [
      ['in_transit.repaired', /nachverpack|neu verpackt|neues label/i],
      ['exception.lost', /verlust|verloren/i],
      ['exception.investigation', /nachforschung|nicht auffindbar/i],
      ['exception.disposed', /vernicht|entsorgt/i],
      ['exception.seized', /beschlagnahm/i],
      ['exception.damaged', /beschädig/i],
      ['in_transit.misrouted', /fehlgeleitet|fehlsortier/i],
      [
        'in_transit.delayed_weather',
        /verzöger.{0,60}(?:wetter|witterung|schnee)|(?:wetter|witterung|schnee).{0,60}verzöger/i,
      ],
      ['exception.force_majeure', /witterung|unwetter|streik|höhere gewalt/i],
      ['exception.stopped_by_sender', /absender.{0,40}angehalten|absenderverfügung/i],
      ['exception.data_missing', /daten .{0,40}(?:liegen nicht vor|fehlen)|fehlende daten/i],
      [
        'exception.address',
        /adresse.{0,40}(?:falsch|unvollständig|fehlerhaft|unbekannt)|adressfehler|neue zustelladresse/i,
      ],
      ['exception.carrier_problem', /technische[nrs]? (?:problem|störung|grund|gründe)/i],
      ['in_transit.delayed', /zurückgestellt|verzöger|verspät|später zugestellt|nächste[nr]? (?:werk|zustell)tag/i],
      ['in_transit.stored', /gelagert|lagert|lagerung/i],
      ['in_transit.redirected', /umadressiert|nachgesendet|nachsend|umgeleitet|andere adresse/i],
      ['in_transit.export', /export|ins zielland|ausland.{0,20}weiter/i],
      [
        'in_transit.handed_to_partner',
        /(?:zustellorganisation|partner|dienstleister).{0,40}übergeben|übergabe an (?:den )?(?:dienstleister|partner)/i,
      ],
      [
        'in_transit.import_arrived',
        /import-?paketzentrum.{0,30}(?:eingetroffen|angekommen|bearbeitet)|zielland (?:eingetroffen|angekommen)/i,
      ],
      [
        'in_transit.at_delivery_depot',
        /ziel-?paketzentrum|zustellbasis|zustell-?depot|zustellstation|zustellstandort|region des empfängers angekommen/i,
      ],
      ['in_transit.sorted', /bearbeit|sortier|paketzentrum|briefzentrum/i],
      ['in_transit.departed', /verlassen|auf dem weg|transportiert|unterwegs/i],
      ['in_transit.arrived', /eingetroffen|angekommen|eingegangen|ankunft/i],
      ['in_transit.forwarded', /weitergeleitet/i],
      ['accepted.picked_up', /abholung .{0,20}erfolgreich|abgeholt/i],
      ['accepted.dropped_off', /eingeliefert|einlieferung/i],
    ],
  },
];

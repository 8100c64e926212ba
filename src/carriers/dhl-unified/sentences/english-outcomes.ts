import { type Group, anything, near, oneOf } from './group.ts';

export const outlet =
  /outlet|branch|shop|service ?point|access point|post ?office|packstation|parcel ?station|locker|filiale|dhl pop\b|pick-?up[ -](?:point|location)/;
const locker = /locker|packstation|parcel ?station/i;

const person = /recipient|consignee|receiver|addressee|customer/;
const notDone = /(?:could|can|did|was|were|has|have|been|is)(?: ?not| no|n't)(?! yet)/;
const toSender = /(?:back )?(?:to|at) (?:the |its |original |business )*(?:sender|shipper|consignor)/;

const failed = oneOf(
  near(notDone, /deliver|hand|place|reach|find|pay\b/, 16),
  /unable to (?:be )?(?:deliver|attempt)|not delivered|undeliver|unsuccessful delivery|failed delivery|fail(?:ed)? to deliver/,
  /deliver\w*(?: of the \w+)?(?: attempt)?(?: was| is| has)?[ -]*(?:not (?:been )?(?:possible|successful)|unsuccessful|failed|interrupted|refused)/,
  /attempted|delivery attempt(?:ed)?\b|attempt (?:was )?(?:made|unsuccessful)|(?:card|notice) left|missed (?:you|each other)|handover .{0,30}failed/,
  /refus(?:ed|es|al)|^rejected|nobody (?:was )?(?:at )?home|not (?:at )?home|no ?one (?:was )?(?:at )?home|closed on arrival|no access/,
  near(person, /closed|absent|not (?:present|available|met|found)|on holiday/, 12),
  /too? (?:large|big|heavy) for|no (?:money|payment),/,
);

/** What became of it: taken back, announced, returned, failed, ready, delivered. */
export const englishOutcomes: readonly Group[] = [
  {
    when: /deleted|revoked|cancel|corrected|invalid/i,
    unless: /pick(?:ed)?-? ?up|address|return order/i,
    says: [
      [
        'info.event_retracted',
        oneOf(
          /(?:event|scan|status)\b.{0,30}(?:deleted|revoked|cancel\w*|corrected|invalid)/,
          /(?:deleted|revoked|corrected) by (?:the )?(?:driver|courier)/,
        ),
      ],
      [
        'cancelled.by_sender',
        oneOf(
          /(?:shipment|parcel|order|consignment)\b.{0,40}cancel\w*/,
          /cancel\w*.{0,20} by (?:the )?(?:sender|shipper)/,
        ),
      ],
    ],
  },
  {
    when: /^(?:pick-?up|nothing (?:was )?picked|no (?:pick-?up|shipment\(s\))|not collected - |unsuccessful collection|out for (?:parcel )?collection|approaching pick|collection (?:arranged|scheduled))|pick-?up (?:order|attempt|address|not|is|has|was|will|booked)|will be (?:picked up|collected)|pick up (?:booked|rescheduled)/i,
    unless:
      /refused|ready|available for|await|possible|pick-?up (?:was |has been )?success|by (?:the )?recipient|return/i,
    says: [
      ['info.note', /already/i],
      ['announced.pickup_failed', /fail|\bnot\b|unsuccess|cancel|nothing|^no\b|closed|unknown|refus|not possible/i],
      ['announced.pickup_scheduled', anything],
    ],
  },
  {
    when: oneOf(
      /electronic|instruction data|order data|pre-?advi[sc]e|announced|label (?:has|was|created|printed|generated)/,
      /(?:shipment|shipping|parcel) (?:data|info)|^data submitted|not yet (?:received|been|handed)|consignment created/,
    ),
    unless: /no (?:electronic )?data|updated|edited|missing|return|unannounced|servicepoint|relabel|not yet processed/i,
    says: [
      ['announced.label_created', /label/i],
      ['announced.data_received', anything],
    ],
  },
  {
    when: /proof of delivery|\bpod\b|signature|\bcod\b|cash on delivery|amount|payment transferred|payment received/i,
    unless: /fail|missing|not ready|unsuccess|could not|refused/i,
    says: [
      [
        'info.pod_available',
        /(?:proof of delivery|\bpod\b|signature)\b.{0,30}(?:available|ready|recorded|received|delivered)/i,
      ],
      [
        'info.cod_transferred',
        /(?:cod|cash on delivery|amount|payment)\b.{0,60}(?:transfer|remit|deposit|collected)|transfer of the/i,
      ],
      ['info.note', /payment received|proof of delivery|\bpod\b|amount changed/i],
    ],
  },
  {
    when: oneOf(
      /\breturn(?:s|ed|ing)?\b|sent back|send back|way back|recalled|route to the sender/,
      near(/delivered/, toSender, 3),
    ),
    unless: oneOf(
      /returned? (?:to|from) (?:the )?(?:\w+ )?(?:route|depot|warehouse|facility|station|parcel cent)|for re-?delivery/,
      /return label|return order|return to (?:the )?sorting|repack/,
    ),
    says: [
      [
        'returning.not_collected',
        /not? (?:been )?(?:collected|picked up|claimed)|period.{0,20}(?:expired|ended)|has expired|unclaimed/i,
      ],
      [
        'returning.customs_refused',
        /(?:customs|clearance|import)\b.{0,60}(?:refus|reject|terminated|declin|incorrect|not possible)/i,
      ],
      ['returning.refused', /refus|declin/i],
      ['returning.payment_missing', /no payment|payment.{0,20}missing/i],
      ['returning.identification_failed', /invalid id|delivery code|identi/i],
      ['returning.damaged', /damag/i],
      [
        'returning.by_recipient',
        /(?:recipient|consignee|customer)['’]?s? (?:request|decision)|request of (?:the )?recipient/i,
      ],
      [
        'returning.by_sender',
        /(?:sender|shipper)['’]?s? (?:request|instruction)|request of (?:the )?(?:sender|shipper)|recalled/i,
      ],
      ['returning.address', /address|moved|unknown/i],
      ['returning.undeliverable', failed],
      [
        'returning.other',
        /(?:will|is to|must) (?:be |therefore be )?(?:return|sent back)|being (?:returned|sent back)|return to|returning|way back/i,
      ],
      [
        'returned.to_sender',
        oneOf(
          near(/(?:deliver|return|hand)ed(?: over)?/, toSender, 3),
          /returns?(?: shipment| parcel)? (?:was |has been |is )?(?:successfully )?(?:delivered|handed out)/,
        ),
      ],
      ['returning.other', anything],
    ],
  },
  {
    when: failed,
    unless: /^out for|attempt successful|could not be picked|pick-?up|clearance|customs/i,
    says: [
      ['exception.lost', /\blost\b/i],
      ['exception.disposed', /dispos|destroy/i],
      ['in_transit.redirected', /requested to (?:forward|redirect)/i],
      ['in_transit.rescheduled', /requested (?:a )?later delivery/i],
      ['delivery_failed.documents', /document|delivery note|waybill/i],
      [
        'delivery_failed.payment_missing',
        /payment|money|\bpay\b|\bcod\b(?!.*content)|cash on delivery|charges|duties/i,
      ],
      ['delivery_failed.damaged', /damag/i],
      ['delivery_failed.refused', /refus(?:ed|es|al)|reject|acceptance.{0,20}den/i],
      ['delivery_failed.identification_failed', /identi|\bid\b|age check|delivery code|\bpin\b/i],
      ['delivery_failed.too_large', /too? (?:large|big|heavy)|exceed|oversiz/i],
      ['delivery_failed.locker_full', near(locker, /full|space|capacity|occupied|compartment/, 60)],
      ['delivery_failed.shop_full', /(?:outlet|branch|shop|point|post office).{0,60}(?:full|space|capacity)/i],
      ['delivery_failed.closed', /closed/i],
      ['delivery_failed.misrouted', /mis-?rout|mis-?sort/i],
      ['delivery_failed.no_access', /access|entrance|enter the/i],
      [
        'delivery_failed.not_home',
        /home|absent|holiday|not (?:be )?(?:present|available|met|found|reach|find)|no response|no (?:authori[sz]ed )?recipient|missed/i,
      ],
      [
        'delivery_failed.address_problem',
        /address|moved|(?:recipient|addressee|consignee) (?:is |was )?(?:unknown|not known)|unit\/suite/i,
      ],
      ['delivery_failed.no_safe_place', /(?:safe|preferred|secure|drop-?off) (?:place|location)/i],
      ['delivery_failed.force_majeure', /weather|strike|flood|snow|unforesee|force majeure/i],
      ['delivery_failed.capacity', /capacity|backlog/i],
      ['delivery_failed.data_missing', /\bdata\b/i],
      ['delivery_failed.label_problem', /label/i],
      ['delivery_failed.out_of_time', /in time|too late|time window/i],
      [
        'delivery_failed.second_attempt_planned',
        /(?:new|another|second|2nd|further|next).{0,20}attempt|re-?deliver|next (?:working|business|delivery) day/i,
      ],
      ['delivery_failed.not_home', /(?:card|notice) left|recipient (?:has been|was) notified/i],
      ['delivery_failed.undeliverable', /^undeliverable$/i],
      ['delivery_failed.other', anything],
    ],
  },
  {
    when: /attempt|not (?:been )?(?:collected|picked up|claimed)|unclaimed|storage period/i,
    unless: /out for|attempt successful|not picked up due/i,
    says: [
      [
        'delivery_failed.second_attempt_planned',
        /(?:new|another|second|2nd|further)\b.{0,20}attempt|attempt\b.{0,40}(?:next|will be|is being)/i,
      ],
      ['delivery_failed.not_collected', /not (?:been )?(?:collected|picked up|claimed)|unclaimed|storage period/i],
    ],
  },
  {
    // Before anything about outlets: where the sender hands in, and where the carrier fetches.
    when: /(?:by|from) (?:the )?sender|onward transport|by (?:the )?(?:dhl )?courier|dropped off|handed in|at sender|shipping partner/i,
    unless: /notif|preferred|stop|request|contact/i,
    says: [
      ['announced.data_received', /provided by (?:the )?sender/i],
      ['announced.waiting_for_handover', /ready for drop|not dropped off/i],
      [
        'accepted.dropped_off',
        /(?:posted|dropped|handed|deposited|brought)\b.{0,40}by (?:the )?sender|dropped off|handed in|waiting to be collected by/i,
      ],
      [
        'accepted.picked_up',
        /(?:taken|picked up|collected|fetched|received)\b.{0,80}(?:onward transport|by (?:the )?(?:dhl )?courier|at sender|from (?:the )?sender|partner)/i,
      ],
      ['in_transit.sorted', /prepared for (?:onward|further) transport/i],
    ],
  },
  {
    when: /reminder|last day/i,
    unless: null,
    says: [
      ['ready_for_pickup.reminder', /reminder/i],
      ['ready_for_pickup.last_day', /last day/i],
    ],
  },
  {
    when: oneOf(
      near(/(?:collected|picked up|taken|fetched|retrieved)/, oneOf(outlet, person), 40),
      near(person, /has (?:picked|collected)/, 4),
    ),
    unless: oneOf(
      /\b(?:can|will|may|to|not|when) be (?:collected|picked)|ready|available|await|waiting/,
      near(notDone, /picked|collected/, 6),
    ),
    says: [
      ['delivered.collected_locker', locker],
      ['delivered.collected_post_office', /post ?office/i],
      ['delivered.collected_shop', anything],
    ],
  },
  {
    when: oneOf(
      near(/(?:being|will be|is|on (?:its|the) way)/, new RegExp(`(?:to|into)\\b.{0,60}(?:${outlet.source})`), 24),
      near(/(?:forwarded|redirected) to/, outlet, 40),
    ),
    unless: /ready|available for|delivered|waiting|arrived/i,
    says: [['in_transit.redirected', anything]],
  },
  {
    when: oneOf(
      near(
        /(?:ready|available|waiting|awaiting|held|kept)\b.{0,40}(?:collect|pick)|delivered (?:to|at|for pick)|arriv\w+ (?:at|to)|handed over to|deposited|placed/,
        outlet,
        80,
      ),
      near(outlet, /ready|available|awaiting|waiting/, 80),
      near(/(?:ready|available|waiting|awaiting|held)/, /collect|pick(?:ed)?[ -]?up/, 24),
      near(/to be (?:picked up|collected)/, person, 8),
      /ready in pick/,
    ),
    unless:
      /\bwill be (?:delivered|ready|available|collected)|next (?:working|business) day|by customer ready|decision|not (?:ready|possible)|^arrival at post/i,
    says: [
      ['ready_for_pickup.locker', locker],
      ['ready_for_pickup.post_office', /post ?office/i],
      ['ready_for_pickup.shop', /outlet|branch|shop|service ?point|access point|pick-?up[ -](?:point|location)|pop\b/i],
      [
        'ready_for_pickup.depot',
        /depot|facility|station|terminal|cent(?:er|re)|by (?:the )?(?:recipient|consignee|customer)|cnee|warehouse/i,
      ],
      ['ready_for_pickup.shop', anything],
    ],
  },
  {
    when: /vehicle|\bvan\b|out for|courier|being delivered|in delivery\b|in delivery process|delivery in progress|next stop|almost there/i,
    unless:
      /pick-?up|collect|unload|vehicle in scan|delivery (?:facility|depot|station|base|office|terminal)|delay|exception|planned|handheld/i,
    says: [
      ['out_for_delivery.next_stop', /next stop|almost there/i],
      ['out_for_delivery.second_attempt', /second|2nd/i],
      [
        'out_for_delivery.loaded',
        oneOf(
          /loaded (?:on|in)?to (?:the )?(?:delivery )?(?:vehicle|van)|vehicle for delivery|out for delivery|out with (?:the )?(?:delivery )?courier/,
          /with (?:the )?deliver\w+ courier|courier for delivery|being delivered|in delivery\b|delivery in progress/,
        ),
      ],
    ],
  },
  {
    when: oneOf(
      /(?:has been|have been|was|were|is|successfully|partially|partly) (?:successfully |partially |partly )?(?:delivered|left|handed)/,
      /^(?:partially )?delivered|(?:shipment|parcel) delivered|[.;–-] ?delivered|delivery (?:was |has been )?(?:successful|complete)|delivered (?:at|to|in|with)|left (?:at|with)|attempt successful|^received by consignee/,
    ),
    unless: oneOf(
      /will be|to be|left (?:the|our|transit|origin)|ready to|handed over (?:for|to) |handed (?:to|out) (?:dhl|courier)|handed out to courier/,
      /deliver\w* to (?:the |a |our |local )*(?:(?:\w+ )?(?:parcel cent|depot|facility)|dhl\b|customs|agent)/,
    ),
    says: [
      ['delivered.damaged', /damag|torn/i],
      ['delivered.partial', /partial|partly|incomplete/i],
      [
        'delivered.preferred_place_or_neighbour',
        /(?:location|place) ?\/ ?neighbou?r|preferred (?:location|place) or neighbou?r/i,
      ],
      ['delivered.other_person', /(?:another|other|different) person|neighbou?r\/front desk/i],
      ['delivered.neighbour', /neighbou?r/i],
      ['delivered.parcel_box', /parcel ?box/i],
      ['delivered.letterbox', /mail ?box|letter ?box/i],
      [
        'delivered.safe_place',
        /(?:safe|preferred|agreed|secure|drop-?off|entered|specified) ?(?:place|location|spot)|porch|garage|door|foyer|car port/i,
      ],
      ['delivered.reception', /reception|front desk|concierge|mail ?room/i],
      ['delivered.household', /family|spouse|household|house ?mate/i],
      ['delivered.authorised_person', /authori[sz]ed|agent/i],
      ['delivered.recipient', anything],
    ],
  },
];

import { outlet } from './english-outcomes.ts';
import { type Group, anything, near, oneOf } from './group.ts';

/** How it goes on the way: wishes, customs, problems, stations. */
export const englishWays: readonly Group[] = [
  {
    when: /preferred|request|notif|informed|delivery (?:window|time)|time ?frame|change|stop|decision|preference/i,
    unless: oneOf(
      /customs|broker|damag|delay|address (?:needed|incorrect)|hold|held|mis-?rout|payment/,
      near(/stopped/, /because/, 4),
    ),
    says: [
      [
        'info.preferred_day_set',
        /preferred (?:delivery )?(?:day|date)|decision: new date|delivery date changed successfully/i,
      ],
      ['info.preferred_location_set', /preferred (?:location|place)|drop-?off (?:location|place)/i],
      ['info.preferred_neighbour_set', /preferred neighbou?r|decision: alternative|the neighbou?rs/i],
      ['info.preferred_address_set', /decision: new delivery address/i],
      ['info.preferred_shop_set', oneOf(/decision: .*\bpop\b/, near(/(?:request|changed)/, outlet, 60))],
      ['in_transit.rescheduled', /postponed|delivery date (?:was |has been )?changed|another (?:day|time)/i],
      ['info.stop_requested', /stop\b.{0,30}request|request\w*.{0,30}stop/i],
      ['info.change_rejected', /(?:request|change|preference)\b.{0,40}(?:reject|not possible|declined)/i],
      ['info.redirect_requested', /request\w*.{0,60}(?:different|another|new) address/i],
      ['info.change_requested', /(?:recipient|customer|consignee) (?:has )?request|change request/i],
      ['info.change_confirmed', /instruction changed/i],
      ['info.delivery_window', /delivery (?:window|time)|time ?frame|for the period|changed hours/i],
      ['info.notification_sent', /notif|informed/i],
    ],
  },
  {
    when: /customs|clearance|cleared|duties|duty|import tax|broker|held for exam|entry submitted/i,
    unless: /duty invoice/i,
    says: [
      ['exception.customs_refused', /refus|reject|clearance not possible|denied/i],
      [
        'exception.payment_due',
        oneOf(
          /(?:awaiting|pending|due|unpaid|request).{0,30}payment/,
          /payment.{0,20}(?:due|required)|duties.{0,30}(?:due|unpaid|payable)/,
        ),
      ],
      [
        'exception.documents',
        oneOf(
          /(?:document|paperwork|invoice|information)s?\b.{0,40}(?:missing|incomplete|required|needed|incorrect)/,
          /missing (?:document|paperwork|information)/,
        ),
      ],
      ['exception.held_customs', /held|\bhold\b|delay|(?:further|additional) clearance|intercept/i],
      [
        'in_transit.customs_in',
        /not (?:yet )?(?:been )?(?:complete|clear)|started|prepar|status updated|pending|accepted|presented|notified|informed|inspection|from third party|processed by/i,
      ],
      ['in_transit.customs_cleared', /complete|cleared|releas|finished|departed/i],
      ['in_transit.customs_in', anything],
    ],
  },
  {
    when: null,
    unless: null,
    says: [
      ['in_transit.rescheduled', /requested (?:a )?later/i],
      ['accepted.left_sender', /(?:left|departed) (?:the )?(?:customer|warehouse|sellers?|sender|shipper)/i],
      ['in_transit.repaired', /repack|re-?wrapped|^relabel|has been relabel/i],
      ['exception.lost', /\blost\b|reported missing/i],
      [
        'exception.investigation',
        /investigat|\btrac(?:e|ing) (?:has been |was )?(?:initiated|started|opened)|parcel missing|dead letter/i,
      ],
      ['exception.disposed', /destroyed|destruction|disposed|disposal/i],
      ['exception.seized', /seized|confiscat/i],
      ['exception.damaged', /damag/i],
      ['in_transit.checked', /screen\w+ (?:success|process is completed|facility)|screened successfully/i],
      ['exception.security', /security|dangerous goods|screen|sanctioned/i],
      ['in_transit.misrouted', /mis-?rout|mis-?sort|mis-?sent|mis-?cod|mis-?ship|sorted incorrectly/i],
      [
        'in_transit.delayed_weather',
        /(?:delay|late)\w*\b.{0,60}(?:weather|snow|storm|flood)|(?:weather|snow|storm|flood)\b.{0,60}delay/i,
      ],
      ['exception.force_majeure', /weather|strike|flood|force majeure|natural disaster/i],
      [
        'exception.payment_due',
        /(?:awaiting|waiting for|pending|held for|receipt of|contacted for)\b.{0,20}payment|payment (?:is )?(?:due|required)|fees are paid/i,
      ],
      [
        'exception.address',
        oneOf(
          /address(?: details)?\b.{0,40}(?:needed|incomplete|incorrect|unknown|insufficient|wrong|missing|invalid)/,
          /(?:incorrect|incomplete|bad|wrong|invalid|insufficient|new delivery) address|addressee unknown|(?:recipient|customer) moved|^moved,|^vacant|no such number/,
        ),
      ],
      ['exception.documents', /(?:incorrect|incomplete|missing).{0,20}documentation/i],
      ['exception.stopped_by_sender', /(?:stopped|held)\b.{0,30}(?:sender|shipper)/i],
      ['exception.label_problem', /label issue|label .{0,20}(?:damag|miss|unread|unus|defect)|missing label/i],
      ['exception.packaging', /packaging|does not meet the conditions/i],
      ['exception.capacity', /capacity|backlog/i],
      [
        'exception.carrier_problem',
        /technical (?:problem|difficult|defect|reason)|operational (?:problem|reason|difficult)|malfun/i,
      ],
      [
        'in_transit.problem_resolved',
        /(?:released|taken) (?:from|out of) (?:hold|storage)|found (?:again|at|during)|resolution/i,
      ],
      [
        'exception.held',
        /\bon hold\b|is hold|(?:is|been|being) held|held in facility|shipment stopped|awaiting instructions|temporarily in storage|suspended/i,
      ],
      [
        'in_transit.rescheduled',
        /rescheduled|postponed|as agreed|agreed delivery|scheduled for delivery|(?:another|later) (?:day|date|delivery)|delivery date changed|according to agreement/i,
      ],
      ['in_transit.delayed', /delay|deferred|missed delivery|later than|too late/i],
      ['in_transit.stored', /storage|stored|warehouse|received back/i],
      ['in_transit.data_missing', /no (?:electronic )?data|awaiting the data/i],
      ['accepted.received_at_depot', /not yet processed|accepted at dhl|first processed/i],
      ['in_transit.redirected', /redirect|re-?rout|re-?address|new address|different address|another address/i],
      ['in_transit.departed', /has left the (?:import|export)/i],
      ['in_transit.export', /transported to the (?:destination country|country of destination)/i],
      [
        'in_transit.handed_to_partner',
        oneOf(
          /(?:handed|transferred|forwarded|accepted|received)\b.{0,40}(?:partner|third party|3rd party|delivery organi[sz]ation|delivery agent|local (?:carrier|post)|usps|service provider|transport provider)/,
          /handed over for final|for final delivery/,
        ),
      ],
      [
        'in_transit.sorted',
        /prepared for (?:onward|further) transport|processed in the (?:parcel|mail|letter) cent\w+ of origin/i,
      ],
      [
        'in_transit.import_arrived',
        /arriv\w*.{0,20}(?:country of destination|destination country|destination area)|import parcel cent|arrival in country|landed in/i,
      ],
      ['in_transit.export', /\bexport|left (?:the )?(?:origin|country)/i],
      [
        'in_transit.at_delivery_depot',
        oneOf(
          /destination parcel cent|delivery (?:base|depot|facility|station|terminal|office)|region of (?:the )?recipient|recipient's region|your region/,
          /local (?:depot|facility|distribution)|(?:prepared|ready|available) (?:for|to be) deliver|arrival at post office|planned in the route|handed over to the depot/,
        ),
      ],
      ['in_transit.arrived', /^arrived at/i],
      [
        'in_transit.sorted',
        /process|sort|parcel cent|letter cent|mail cent|scanned|encoded|manifest|ready for departure/i,
      ],
      [
        'in_transit.departed',
        /depart|left (?:the |our |transit )?\S* ?(?:facility|depot|station|terminal|hub|gateway|cent|country)|on (?:its|the) way|on route|en ?route|in transport|transferred through|uplift|shipped from|loaded for transport|in transit to/i,
      ],
      ['in_transit.arrived', /arriv|reached|received at|landed|unloaded/i],
      ['in_transit.forwarded', /forward/i],
      [
        'accepted.picked_up',
        /picked up|pick-?up (?:was |has been )?success|^collected|has been collected|shipment pick up/i,
      ],
      ['accepted.dropped_off', /acceptance/i],
      ['accepted.received_at_depot', /accept|handed (?:over )?to dhl|received by|posted/i],
      ['delivered.recipient', /^delivery$/i],
      ['exception.other', /contact (?:local |your )?(?:customer service|dhl)|difficulties|exception occur/i],
      ['info.eta_changed', /expected delivery|delivery is expected/i],
      ['info.measured', /weigh|measured|oversized/i],
      ['in_transit.other', /in transit/i],
    ],
  },
];

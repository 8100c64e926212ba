import type { ContactSettings } from '#service';

/** The pottery's legal notice: all of it invented, the VAT number above all that were ever given. */
export const contact: Partial<ContactSettings> = {
  kind: 'registered_person',
  legalName: 'Nordlicht Keramik Inh. Wiebke Johannsen e. K.',
  legalForm: 'e. K.',
  representedBy: 'Wiebke Johannsen',
  street: 'Am Fördeufer 14 a',
  postalCode: '24944',
  city: 'Flensburg',
  country: 'DE',
  languages: 'de, en, da',
  shopUrl: 'https://nordlicht-keramik.example/',
  mon: '9–12:30, 13–17',
  tue: '9–12:30, 13–17',
  wed: '9–12:30, 13–17',
  thu: '9–12:30, 13–19',
  fri: '9–12:30, 13–17',
  sat: '10–14',
  exceptions:
    '24.12. 9–12 # Heiligabend\n27.12. geschlossen # Betriebsferien\n28.12. geschlossen # Betriebsferien\n29.12. geschlossen # Betriebsferien\n30.12. geschlossen # Betriebsferien\n31.12. geschlossen # Silvester',
  holidays: 'DE-SH',
  zone: 'Europe/Berlin',
  registerCourt: 'Amtsgericht Flensburg',
  registerNumber: 'HRA 99914 FL',
  vatId: 'DE999999995',
  editor: 'Wiebke Johannsen\nAm Fördeufer 14 a, 24944 Flensburg',
  disputeStance: 'unwilling',
  privacyContact: 'datenschutz@nordlicht-keramik.example',
  policyUrl: 'https://nordlicht-keramik.example/datenschutz',
  termsUrl: 'https://nordlicht-keramik.example/agb',
  withdrawalUrl: 'https://nordlicht-keramik.example/widerruf',
};

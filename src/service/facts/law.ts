import type { ContactField, ContactSettings } from './fields.ts';

/** What the law wants said; one fact may be several fields. */
export type LegalFact =
  | 'kind'
  | 'legalName'
  | 'legalForm'
  | 'representedBy'
  | 'capital'
  | 'object'
  | 'address'
  | 'email'
  | 'phone'
  | 'register'
  | 'vatId'
  | 'taxNumber'
  | 'supervisor'
  | 'profession'
  | 'editor'
  | 'host'
  | 'disputeStance'
  | 'disputeBody'
  | 'privacyContact'
  | 'policyUrl'
  | 'termsUrl'
  | 'withdrawalUrl'
  | 'accessibilityUrl';

/** The fields that say a fact: all of them have to, but of tax numbers one does. The first is where to begin. */
const fieldsOf: Readonly<Record<LegalFact, readonly [ContactField, ...ContactField[]]>> = {
  kind: ['kind'],
  legalName: ['legalName'],
  legalForm: ['legalForm'],
  representedBy: ['representedBy'],
  capital: ['capital'],
  object: ['object'],
  address: ['street', 'postalCode', 'city', 'country'],
  email: ['email'],
  phone: ['phone'],
  register: ['registerCourt', 'registerNumber'],
  vatId: ['vatId'],
  taxNumber: ['vatId', 'businessId'],
  supervisor: ['supervisor'],
  profession: ['profession', 'professionRules', 'chamber'],
  editor: ['editor'],
  host: ['host'],
  disputeStance: ['disputeStance'],
  disputeBody: ['disputeBody'],
  privacyContact: ['privacyContact'],
  policyUrl: ['policyUrl'],
  termsUrl: ['termsUrl'],
  withdrawalUrl: ['withdrawalUrl'],
  accessibilityUrl: ['accessibilityUrl'],
};

/** Whom it binds: everybody, those in a register, legal persons; or whoever has such a thing, which only they know. */
export type Bound = 'all' | 'registered' | 'company' | 'adr' | 'whoever';

export type Rule = { readonly fact: LegalFact; readonly law: string; readonly binds: Bound };

type Laws = Partial<Record<LegalFact, readonly [law: string, binds: Bound]>>;

const gdpr = 'GDPR art. 13(1)';
/** The function to withdraw with, which every shop of the Union has had to show since 19 June 2026. */
const button = '2011/83/EU art. 11a';

/** Where a country has no table of its own: the directives that its law has to follow. */
const union: Laws = {
  kind: ['E-Commerce Directive 2000/31/EC art. 5(1)', 'all'],
  legalName: ['E-Commerce Directive 2000/31/EC art. 5(1)(a)', 'all'],
  address: ['E-Commerce Directive 2000/31/EC art. 5(1)(b)', 'all'],
  email: ['E-Commerce Directive 2000/31/EC art. 5(1)(c)', 'all'],
  phone: ['Consumer Rights Directive 2011/83/EU art. 6(1)(c)', 'all'],
  register: ['E-Commerce Directive 2000/31/EC art. 5(1)(d)', 'registered'],
  vatId: ['E-Commerce Directive 2000/31/EC art. 5(1)(g)', 'whoever'],
  supervisor: ['E-Commerce Directive 2000/31/EC art. 5(1)(e)', 'whoever'],
  profession: ['E-Commerce Directive 2000/31/EC art. 5(1)(f)', 'whoever'],
  disputeBody: ['ADR Directive 2013/11/EU art. 13(1)', 'adr'],
  policyUrl: [gdpr, 'all'],
  privacyContact: [`${gdpr}(b)`, 'whoever'],
  termsUrl: ['E-Commerce Directive 2000/31/EC art. 10(3)', 'all'],
  withdrawalUrl: ['Consumer Rights Directive 2011/83/EU art. 6(1)(h), art. 11a', 'all'],
  // Of whoever has ten people, or two million euros a year.
  accessibilityUrl: ['Accessibility Directive (EU) 2019/882 art. 13(2), annex V', 'whoever'],
};

/** ISO 3166-1 alpha-2 to what its own law says; what is not named here stays as in the Union. */
const countries: Readonly<Record<string, Laws>> = {
  DE: {
    kind: ['§ 5 Abs. 1 Nr. 1 DDG', 'all'],
    legalName: ['§ 5 Abs. 1 Nr. 1 DDG', 'all'],
    legalForm: ['§ 5 Abs. 1 Nr. 1 DDG', 'company'],
    representedBy: ['§ 5 Abs. 1 Nr. 1 DDG', 'company'],
    address: ['§ 5 Abs. 1 Nr. 1 DDG', 'all'],
    email: ['§ 5 Abs. 1 Nr. 2 DDG', 'all'],
    phone: ['Art. 246a § 1 Abs. 1 Satz 1 Nr. 3 EGBGB', 'all'],
    supervisor: ['§ 5 Abs. 1 Nr. 3 DDG', 'whoever'],
    register: ['§ 5 Abs. 1 Nr. 4 DDG', 'registered'],
    profession: ['§ 5 Abs. 1 Nr. 5 DDG', 'whoever'],
    taxNumber: ['§ 5 Abs. 1 Nr. 6 DDG (§ 27a UStG, § 139c AO)', 'whoever'],
    editor: ['§ 18 Abs. 2 MStV', 'whoever'],
    disputeStance: ['§ 36 Abs. 1 Nr. 1 VSBG', 'all'],
    disputeBody: ['§ 36 Abs. 1 Nr. 2 VSBG', 'adr'],
    policyUrl: ['Art. 13 DSGVO', 'all'],
    privacyContact: ['Art. 13 Abs. 1 lit. b DSGVO', 'whoever'],
    termsUrl: ['§ 312i Abs. 1 Nr. 4 BGB', 'all'],
    withdrawalUrl: ['Art. 246a § 1 Abs. 2 EGBGB, § 356a BGB', 'all'],
    accessibilityUrl: ['§ 14 Abs. 1 Nr. 2 BFSG, Anlage 3', 'whoever'],
  },
  AT: {
    kind: ['§ 14 Abs. 1 UGB', 'all'],
    legalName: ['§ 5 Abs. 1 Z 1 ECG, § 63 GewO', 'all'],
    legalForm: ['§ 14 Abs. 1 UGB', 'company'],
    object: ['§ 25 Abs. 5 MedienG', 'all'],
    address: ['§ 5 Abs. 1 Z 2 ECG', 'all'],
    email: ['§ 5 Abs. 1 Z 3 ECG', 'all'],
    phone: ['§ 4 Abs. 1 Z 3 FAGG', 'all'],
    register: ['§ 5 Abs. 1 Z 4 ECG, § 14 Abs. 1 UGB', 'registered'],
    supervisor: ['§ 5 Abs. 1 Z 5 ECG', 'whoever'],
    profession: ['§ 5 Abs. 1 Z 6 ECG', 'whoever'],
    vatId: ['§ 5 Abs. 1 Z 7 ECG', 'whoever'],
    disputeBody: ['§ 19 AStG', 'adr'],
    policyUrl: ['Art. 13 DSGVO', 'all'],
    withdrawalUrl: [`§ 4 Abs. 1 Z 8 FAGG; ${button}`, 'all'],
  },
  BE: {
    legalName: ['CDE/WER art. XII.6 § 1, 1°', 'all'],
    address: ['CDE/WER art. XII.6 § 1, 2°', 'all'],
    email: ['CDE/WER art. XII.6 § 1, 3°', 'all'],
    phone: ['CDE/WER art. VI.45 § 1, 3°', 'all'],
    register: ['CDE/WER art. XII.6 § 1, 4°', 'all'],
    supervisor: ['CDE/WER art. XII.6 § 1, 5°', 'whoever'],
    profession: ['CDE/WER art. XII.6 § 1, 6°', 'whoever'],
    vatId: ['CDE/WER art. XII.6 § 1, 7°', 'whoever'],
    disputeBody: ['CDE/WER art. XVI.4', 'adr'],
    withdrawalUrl: [`CDE/WER art. VI.45 § 1, 8°; ${button}`, 'all'],
  },
  DK: {
    legalName: ['E-handelsloven § 7', 'all'],
    address: ['E-handelsloven § 7', 'all'],
    email: ['E-handelsloven § 7', 'all'],
    phone: ['Forbrugeraftaleloven § 8', 'all'],
    register: ['E-handelsloven § 7 (CVR)', 'all'],
    withdrawalUrl: [`Forbrugeraftaleloven § 8; ${button}`, 'all'],
  },
  ES: {
    legalName: ['LSSI (Ley 34/2002) art. 10.1.a', 'all'],
    address: ['LSSI (Ley 34/2002) art. 10.1.a', 'all'],
    email: ['LSSI (Ley 34/2002) art. 10.1.a', 'all'],
    phone: ['TRLGDCU (RDL 1/2007) art. 97.1.c', 'all'],
    register: ['LSSI (Ley 34/2002) art. 10.1.b', 'registered'],
    supervisor: ['LSSI (Ley 34/2002) art. 10.1.c', 'whoever'],
    profession: ['LSSI (Ley 34/2002) art. 10.1.d', 'whoever'],
    vatId: ['LSSI (Ley 34/2002) art. 10.1.e (NIF)', 'all'],
    withdrawalUrl: [`TRLGDCU (RDL 1/2007) art. 97.1, art. 102; ${button}`, 'all'],
  },
  FR: {
    legalName: ['LCEN art. 1-1, art. 19', 'all'],
    legalForm: ['Code de commerce art. R123-237', 'company'],
    capital: ['LCEN art. 1-1', 'company'],
    address: ['LCEN art. 1-1, art. 19', 'all'],
    email: ['LCEN art. 19', 'all'],
    phone: ['LCEN art. 1-1; Code de la consommation art. L221-5', 'all'],
    register: ['LCEN art. 1-1, art. 19', 'registered'],
    vatId: ['LCEN art. 19', 'whoever'],
    editor: ['LCEN art. 1-1 (directeur de la publication)', 'all'],
    host: ['LCEN art. 1-1 (hébergeur)', 'all'],
    disputeBody: ['Code de la consommation art. L616-1', 'all'],
    withdrawalUrl: [`Code de la consommation art. L221-5; ${button}`, 'all'],
  },
  IT: {
    legalName: ['D.Lgs. 70/2003 art. 7(1)(a)', 'all'],
    address: ['D.Lgs. 70/2003 art. 7(1)(b)', 'all'],
    email: ['D.Lgs. 70/2003 art. 7(1)(c)', 'all'],
    phone: ['Codice del consumo art. 49(1)(c)', 'all'],
    register: ['D.Lgs. 70/2003 art. 7(1)(d)', 'registered'],
    capital: ['Codice civile art. 2250', 'company'],
    supervisor: ['D.Lgs. 70/2003 art. 7(1)(e)', 'whoever'],
    profession: ['D.Lgs. 70/2003 art. 7(1)(f)', 'whoever'],
    vatId: ['D.Lgs. 70/2003 art. 7(1)(g); DPR 633/1972 art. 35(1)', 'all'],
    disputeBody: ['Codice del consumo art. 141-sexies', 'adr'],
    withdrawalUrl: [`Codice del consumo art. 49(1)(h); ${button}`, 'all'],
  },
  LU: {
    legalName: ['Loi du 14 août 2000 art. 5', 'all'],
    address: ['Loi du 14 août 2000 art. 5', 'all'],
    email: ['Loi du 14 août 2000 art. 5', 'all'],
    phone: ['Code de la consommation art. L. 222-6', 'all'],
    register: ['Loi du 14 août 2000 art. 5', 'registered'],
    supervisor: ['Loi du 14 août 2000 art. 5', 'whoever'],
    profession: ['Loi du 14 août 2000 art. 5', 'whoever'],
    vatId: ['Loi du 14 août 2000 art. 5', 'whoever'],
    withdrawalUrl: [`Code de la consommation art. L. 222-6, art. L. 222-9; ${button}`, 'all'],
  },
  NL: {
    legalName: ['BW art. 3:15d lid 1 onder a', 'all'],
    address: ['BW art. 3:15d lid 1 onder a', 'all'],
    email: ['BW art. 3:15d lid 1 onder b', 'all'],
    phone: ['BW art. 6:230m lid 1 onder c', 'all'],
    register: ['BW art. 3:15d lid 1 onder c (KvK)', 'all'],
    supervisor: ['BW art. 3:15d lid 1 onder d', 'whoever'],
    profession: ['BW art. 3:15d lid 1 onder e', 'whoever'],
    vatId: ['BW art. 3:15d lid 1 onder f', 'whoever'],
    withdrawalUrl: [`BW art. 6:230m lid 1 onder h; ${button}`, 'all'],
  },
  PL: {
    legalName: ['Ustawa o świadczeniu usług drogą elektroniczną art. 5', 'all'],
    address: ['Ustawa o świadczeniu usług drogą elektroniczną art. 5', 'all'],
    email: ['Ustawa o świadczeniu usług drogą elektroniczną art. 5', 'all'],
    phone: ['Ustawa o prawach konsumenta art. 12 ust. 1', 'all'],
    register: ['KSH art. 206, art. 374', 'company'],
    capital: ['KSH art. 206, art. 374', 'company'],
    vatId: ['Prawo przedsiębiorców art. 20–21 (NIP); KSH art. 206, art. 374', 'all'],
    withdrawalUrl: [`Ustawa o prawach konsumenta art. 12 ust. 1; ${button}`, 'all'],
  },
};

/** Not of the Union, and bound by none of its directives. */
const outside: Readonly<Record<string, Laws>> = {
  CH: {
    kind: ['UWG Art. 3 Abs. 1 Bst. s Ziff. 1', 'all'],
    legalName: ['UWG Art. 3 Abs. 1 Bst. s Ziff. 1', 'all'],
    address: ['UWG Art. 3 Abs. 1 Bst. s Ziff. 1', 'all'],
    email: ['UWG Art. 3 Abs. 1 Bst. s Ziff. 1', 'all'],
    policyUrl: ['DSG Art. 19', 'all'],
  },
  GB: {
    kind: ['Electronic Commerce Regulations 2002 reg. 6', 'all'],
    legalName: ['Electronic Commerce Regulations 2002 reg. 6(1)(a)', 'all'],
    address: ['Electronic Commerce Regulations 2002 reg. 6(1)(b)', 'all'],
    email: ['Electronic Commerce Regulations 2002 reg. 6(1)(c)', 'all'],
    phone: ['Consumer Contracts Regulations 2013 sch. 2(c)', 'all'],
    register: ['SI 2015/17 reg. 25', 'registered'],
    supervisor: ['Electronic Commerce Regulations 2002 reg. 6(1)(e)', 'whoever'],
    profession: ['Electronic Commerce Regulations 2002 reg. 6(1)(f)', 'whoever'],
    vatId: ['Electronic Commerce Regulations 2002 reg. 6(1)(g)', 'whoever'],
    policyUrl: ['UK GDPR art. 13', 'all'],
    termsUrl: ['Electronic Commerce Regulations 2002 reg. 9(3)', 'all'],
    withdrawalUrl: ['Consumer Contracts Regulations 2013 sch. 2(l)', 'all'],
  },
};

/** Countries with a table of their own. */
export const knownCountries: readonly string[] = [...Object.keys(countries), ...Object.keys(outside)].toSorted();

/** What binds a shop of this country; where none is said, the shop's that says most of what all of the Union wants. */
export function rulesOf(country: string): readonly Rule[] {
  const own = countries[country] ?? {};
  const { vatId, ...shared } = union;
  // Where either of two numbers will do, the one is not wanted beside the other.
  const base = 'taxNumber' in own || vatId === undefined ? shared : { ...shared, vatId };
  const laws: Laws = outside[country] ?? { ...base, ...own };
  return factOrder.flatMap((fact) => {
    const found = laws[fact];
    return found === undefined ? [] : [{ fact, law: found[0], binds: found[1] }];
  });
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record above has exactly these keys
const factOrder = Object.keys(fieldsOf) as readonly LegalFact[];

/** `given`; `missing`; `optional`: wanted of whoever has such a thing, and it is not said; `free`: binds others. */
export type Standing = 'given' | 'missing' | 'optional' | 'free';

export type Checked = Rule & { readonly standing: Standing; readonly field: ContactField };

/** Every rule that a shop with these settings is under, and whether it is kept. */
export function checkedFacts(settings: ContactSettings): readonly Checked[] {
  return rulesOf(settings.country).map((rule) => {
    const { fact, law, binds } = rule;
    const fields = fieldsOf[fact];
    const field = fields.find((one) => settings[one] === '') ?? fields[0];
    return { fact, law, binds, field, standing: standingOf(rule, settings) };
  });
}

function standingOf({ fact, binds }: Rule, settings: ContactSettings): Standing {
  const said = fieldsOf[fact].filter((field) => settings[field] !== '').length;
  const isSaid = fact === 'taxNumber' || fact === 'profession' ? said > 0 : said === fieldsOf[fact].length;
  if (isSaid) return 'given';
  if (binds === 'whoever') return 'optional';
  return isBound(binds, settings) ? 'missing' : 'free';
}

function isBound(binds: Exclude<Bound, 'whoever'>, { kind, disputeStance }: ContactSettings): boolean {
  switch (binds) {
    case 'all':
      return true;
    case 'registered':
      return kind === 'company' || kind === 'registered_person';
    case 'company':
      return kind === 'company';
    case 'adr':
      return disputeStance === 'willing' || disputeStance === 'obliged';
  }
}

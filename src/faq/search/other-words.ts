import type { ArticleLanguage } from '../content/languages.ts';
import { tokensOf } from './fold.ts';

/**
 * Other words for the same thing, as customers of shops use them. A line without `>` holds words that stand for each other;
 * with it, those before it also stand for those behind. Any form of a word will do: stems are compared.
 */
const lines: Readonly<Record<ArticleLanguage, string>> = {
  de: `
    paket päckchen packerl packet sendung lieferung
    zusteller bote paketbote postbote fahrer kurier paketdienst lieferdienst
    zustellen zugestellt liefern geliefert ausliefern ausgeliefert
    verfolgen tracken nachverfolgen orten
    sendungsnummer trackingnummer trackingcode trackingid paketnummer
    verspätung verspätet spät überfällig verzögerung verzögert
    gestern vorgestern > verspätet
    hängen hängt feststeckt steckt fest stockt stillstand
    aktualisiert update bewegt bewegung unverändert
    gestohlen geklaut diebstahl entwendet
    weg verschwunden verschollen verloren
    haftet haftung > risiko verloren
    nachforschung nachforschen nachforschungsauftrag suchauftrag
    unterschrift unterschrieben unterschreiben
    nachbar nachbarn nachbarin nebenan
    abholen abholung abgeholt
    abholfrist > lagerfrist abholen
    ausweis perso personalausweis pass reisepass führerschein
    vollmacht bevollmächtigt bevollmächtigen
    mann frau ehemann ehefrau freund freundin mutter vater oma opa sohn tochter kollege mitbewohner > vollmacht partner
    vorbeigefahren weitergefahren > geklingelt
    klingel klingeln geklingelt läuten
    zuhause daheim hause
    nochmal erneut > versuch
    karte zettel benachrichtigungskarte benachrichtigungszettel abholkarte
    umleiten umlenken weiterleiten woanders
    verschieben verlegen > wunschtag verschieben
    garage terrasse carport tür haustür > ablageort
    urlaub verreist ferien abwesend
    adresse anschrift lieferadresse lieferanschrift
    plz postleitzahl > adresse
    umzug umgezogen verzogen
    auffindbar unauffindbar > gefunden verloren
    uhrzeit uhr zeitfenster
    zweimal doppelt
    wann > ankunft zeitfenster
    wo > sendungsverfolgung
    samstag sonnabend
    beschädigt kaputt zerbrochen zerdrückt
    abgebrochen gebrochen bruch macke macken sprung riss kratzer delle beule scherben zerkratzt zersplittert verbeult eingedrückt durchnässt > beschädigt
    defekt kaputt
    gerät maschine akku naht reißverschluss > defekt
    garantie gewährleistung
    reklamation reklamieren beanstanden
    anderer anderes andere verkehrt > falscher
    hälfte > teil unvollständig
    fehlen fehlt fehlte fehlend
    schraube schrauben zubehör > teil
    blau rot grün gelb schwarz weiß > farbe
    zwei drei vier > mehrere
    zurückgeben zurückschicken zurücksenden retournieren rückgabe rücksendung retoure
    retourenlabel retourenschein retourenaufkleber rücksendeetikett rücksendeschein
    umtausch umtauschen tauschen
    erstattung rückerstattung rückzahlung
    geld betrag > erstattung
    stornieren storno stornierung canceln annullieren
    abbrechen verbestellt > stornieren
    nachträglich hinzufügen > ändern
    rechnung quittung kassenbon beleg
    mwst mehrwertsteuer ust umsatzsteuer
    abgebucht abbuchung belastet abgezogen
    porto versandkosten kosten kostet
    zoll verzollung zollgebühr einfuhr
    phishing betrug betrüger abzocke fake gefälscht
    mail mails email emails
    abbestellen abmelden
    löschen entfernen
    speichern speichert gespeichert
    account konto kundenkonto profil > daten
    gebt gibst weitergegeben weitergeben verkauft > weitergabe
    telefon telefonieren anrufen anruf telefonnummer hotline
    mitarbeiter jemandem > mensch ansprechpartner
    bewertung bewertungen bewerten rezension review
    geschenk schenken verschenken geburtstag
    sendungslink trackinglink > link
    versandbestätigung bestellbestätigung bestätigung > link mail
    sehbehindert blind > vorlesen barrierefreiheit`,
  en: `
    parcel package packet shipment
    courier carrier driver postman mailman
    come came coming arrive arrived
    here > arrival
    track tracking follow
    late delay delayed overdue
    yesterday supposed > late
    stuck frozen stalled hung
    update updated movement moving moved
    stolen theft stole thief
    lost gone disappeared vanished
    missing gone disappeared
    liable liability responsible > risk lost
    investigation trace search
    signature signed sign
    neighbour neighbor
    collect pickup pick
    passport licence license identification > id
    wife husband partner friend mother father mum mom dad grandma grandpa son daughter flatmate colleague > authorisation another
    authorise authorize authorisation authorization authority
    drove past > rang missed
    ring rang bell doorbell knock knocked
    redeliver redelivery > delivery attempt
    redirect reroute divert
    reschedule postpone rearrange
    hold keep > delay holiday
    garage porch shed doorstep > safe
    holiday vacation abroad
    pm > evening time
    twice double duplicate
    postcode zip typo house > address
    broken smashed cracked shattered crushed dented damaged damage
    snapped chipped scratched torn bent pieces dent > damaged
    faulty defect defective malfunction
    working works broke dead battery > faulty
    blue red green yellow black white > colour
    screw screws accessory > part
    warranty guarantee
    wrong incorrect
    colour color
    half > part partial
    two three multiple > several
    return returns back
    fit fits > return
    postage shipping
    exchange swap
    refund reimbursement repayment
    money > refund
    cancel cancellation
    add remove edit amend alter > change
    invoice receipt bill
    customs duty duties clearance
    scam phishing fraud fake legit genuine
    text sms
    mail mails email emails
    delete erase erasure
    account profile > data
    give gave given share shared sell sold pass > disclosure
    phone telephone call ring
    talk speak agent representative > human person contact
    opening open > hours
    review reviews rating
    gift present birthday
    confirmation > link mail
    number id code > number
    where > tracking
    know > data
    when > arrival
    blind > screen accessibility`,
};

/** Words that any question may have. They are looked for only where a question has no others. */
const fillers: Readonly<Record<ArticleLanguage, string>> = {
  de: `guten bitte danke hallo moin frage hilfe mal mehr geht gehen gibt gerne gern brauche brauch möchte bekomme kriege
    krieg bekommen gar eigentlich einfach total leider laut sofort dringend eben halt ja nein trotzdem überhaupt wann wo
    wieso warum weshalb wer wem wen schon immer angeblich kam tun lassen passiert mag`,
  en: `please hi hello hey thanks thank help need want get got getting know tell still really never would could
    instead when where how why cant dont doesnt didnt havent hasnt isnt wont hasn haven doesn didn isn won wasn couldn ve
    ll re im ive let say says said supposed here happens`,
};

/** Whoever types a parcel’s number wants to know what it leads to. */
const aboutNumbers: Readonly<Record<ArticleLanguage, string>> = { de: 'sendungsnummer', en: 'tracking' };

/** What a word also stands for. */
export type OtherWords = {
  /** By word or stem. */
  readonly of: ReadonlyMap<string, readonly Other[]>;
  /** Of a parcel’s number, whichever it is. */
  readonly number: readonly Other[];
  /** Words and stems. */
  readonly fillers: ReadonlySet<string>;
};

/** @property isSame it is as good as the word itself, and as common as the commonest of those that stand for each other */
export type Other = { readonly lexeme: string; readonly isSame: boolean };

type Line = { readonly asked: readonly string[]; readonly said: readonly string[]; readonly isSame: boolean };

const wordsMax = 1_000;

function wordsIn(text: string): readonly string[] {
  return tokensOf(text, wordsMax).map(({ word }) => word);
}

function linesOf(language: ArticleLanguage): readonly Line[] {
  return lines[language]
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [asked = '', said] = line.split('>');
      return { asked: wordsIn(asked), said: wordsIn(said ?? asked), isSame: said === undefined };
    });
}

/** All words of a language that are written above, to be stemmed. */
export function wordsToStem(language: ArticleLanguage): readonly string[] {
  const all = linesOf(language).flatMap(({ asked, said }) => asked.concat(said));
  return [...new Set(all.concat(wordsIn(fillers[language])))];
}

/** @param stems by word; without those that are no words to the dictionary */
export function otherWordsOf(language: ArticleLanguage, stems: ReadonlyMap<string, string>): OtherWords {
  const keysOf = (word: string): readonly string[] => [word, stems.get(word) ?? word];
  const of = new Map<string, readonly Other[]>();
  for (const { asked, said, isSame } of linesOf(language)) {
    const others = said.flatMap((word): readonly Other[] => {
      const lexeme = stems.get(word);
      return lexeme === undefined ? [] : [{ lexeme, isSame }];
    });
    for (const key of new Set(asked.flatMap(keysOf))) of.set(key, [...(of.get(key) ?? []), ...others]);
  }
  return {
    of,
    number: of.get(aboutNumbers[language]) ?? [],
    fillers: new Set(wordsIn(fillers[language]).flatMap(keysOf)),
  };
}

/** decision 0001 customer values: names under which data about one person stands, in the languages that column names are written in. */
import { nameWords } from './names.js';

/** Found anywhere in the name, also inside a compound (`telefonnummer`, `customerphone`). Written without accents. */
const STEMS = new RegExp(
  'phone|telefon|telephon|mobilnummer|mobilenum|mobileno|handynummer|celular|cellulare|msisdn|whatsapp|puhelin|gsmnummer|faxnum' +
    '|email|courriel|correo|birth|geburt|naissance|nacimiento|nascita|nascimento|urodz|geboorte|fodsel|fodelse|syntym|narozeni|narodenia|szuletes|dogum|rozhd|rodjenja' +
    '|creditcard|cardnum|cardno|kreditkart|kartennummer|kartennr|numerocarte|numerotarjeta|cartecredit|cartaocredito|nrkarty' +
    '|kontonummer|kontonr|bankaccount|accountnum|accountno|iban|routingnum|sortcode' +
    '|passport|reisepass|passeport|pasaporte|passaporto|passaporte|paszport|paspoort|ausweis|driverlicen|driverslicen|fuhrerschein|permisconduire' +
    '|socialsec|socialins|nationalid|nationalins|taxid|taxpayer|steuernummer|steuernr|steuerid|sozialvers|versichert|versicherungsn|rentenvers|securitesociale|seguridadsocial|codicefiscale|rodnecislo|rodnycislo' +
    '|personnummer|personnr|personalnummer|henkilotunnus|burgerservice|aadhaar|aadhar|kimlik' +
    '|firstname|lastname|fullname|surname|forename|givenname|familyname|maidenname|middlename|vorname|nachname|prenom|apellido|sobrenome|cognome|nazwisko|achternaam' +
    '|salary|gehalt|salaire|salario|sueldo|stipendio|latitude|longitude' +
    '|телефон|мобильн|рожден|паспорт|снилс|фамили|отчеств|зарплат|τηλεφων|γεννησ|電話|电话|手机|手機|携帯|生日|誕生|出生|生年月日|身份证|身分證|护照|銀行卡|银行卡|전화|휴대폰|생년월일|주민등록|여권|هاتف|جوال|ميلاد|फोन|जन्म|טלפון|โทรศัพท์',
  'u',
);

/** A word of its own; inside another one it means nothing. */
const WORDS = new Set(
  (
    'tel tels telf tfno tfn fon fone mobile mobiles mobil movil cell fax faks handy gsm mail mails ' +
    'dob bday birthday yob born naiss geb gebdat ' +
    'ssn ssns sin itin tin ein nin nino nhs nir insee cpf cnpj rg nif nie nit dni cuit cuil curp rfc rut cedula bsn pesel oib jmbg egn cnp cf cni pps ppsn aadhar uan pan ahv avs inn инн имя oasi svnr ' +
    'card cards ccn cvv cvc pin karte kartka tarjeta carte cartao carta ' +
    'lat lng lon geo gps wage wages income lohn age alter edad idade wiek ' +
    'street address addr adresse direccion endereco indirizzo adres ' +
    'username login imei imsi iccid vin ip ipv4 ipv6 mac'
  ).split(' '),
);

/** Words that say something only together. */
const PHRASES =
  / (?:contact n(?:o|r|um|umber)|(?:first|last|full|middle|given|family) name|tax (?:id|no|nr|number)|payer id|national (?:id|no|insurance)|social (?:sec|security|insurance)|sort code|health (?:id|no|number|card)|(?:credit|debit) card|bank account|account n(?:o|r|um|umber)) /;

/** The column counts or judges the thing (`phone_count`, `is_email_valid`); it does not hold it. */
const COUNTED = new Set(
  'count counts cnt total totals sum avg is has flag sent opened clicked bounced verified valid rate ratio share pct percent length len'.split(
    ' ',
  ),
);
/** `mobile_sessions`, `card_type`: the words before say only of what kind. */
const MEASURED = new Set('sessions users visits views clicks orders sales revenue amount amounts calls payments type types'.split(' '));

/** Whether a column of this name may hold data about one person, whatever its type is. In doubt it does. */
export function isPersonalName(name: string): boolean {
  const plain = withoutAccents(name);
  const words = nameWords(plain).map((word) => word.replace(/(?<=\p{L})[0-9]+$/u, ''));
  if (words.some((word) => COUNTED.has(word)) || MEASURED.has(words.at(-1) ?? '')) return false;
  const compound = plain.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return words.some((word) => WORDS.has(word)) || PHRASES.test(` ${words.join(' ')} `) || STEMS.test(compound);
}

/** `téléphone` is `telephone`, `fødselsdato` is `fodselsdato`; in other scripts a mark is part of the letter and stays. */
function withoutAccents(name: string): string {
  return name
    .slice(0, 256)
    .normalize('NFKD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, '$1')
    .replace(/[øØłŁßı]/g, (letter) => STROKES[letter] ?? letter)
    .normalize('NFC');
}

const STROKES: Readonly<Record<string, string>> = { ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', ß: 'ss', ı: 'i' };

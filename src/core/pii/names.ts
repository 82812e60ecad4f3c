/** §5.4 what a column's name says: words for and against, after splitting snake_case, kebab-case and camelCase. */
import type { PiiPattern } from '../vocabulary.js';

/** `shippingAddr_2` -> shipping, addr, 2. */
export function nameWords(name: string): readonly string[] {
  return name
    .normalize('NFKC')
    .slice(0, 256)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Words that speak for a pattern, and words that say it is something about one (`email_sent`) or another thing (`ip_addr`). */
const WORDS: Readonly<Record<PiiPattern, { readonly for: ReadonlySet<string>; readonly against: ReadonlySet<string> }>> = {
  EMAIL: {
    for: new Set(['email', 'emails', 'mail', 'mails', 'emailaddress', 'courriel', 'correo']),
    against: new Set(['template', 'campaign', 'subject']),
  },
  PHONE: {
    for: new Set(
      'phone phones telephone tel mobile cell fax msisdn phonenumber cellphone telefon telefonnummer telefono teléfono telefone téléphone handy handynummer mobil mobilnummer movil móvil celular cellulare'.split(
        ' ',
      ),
    ),
    against: new Set(['model', 'brand', 'os', 'tower', 'type']),
  },
  SSN: {
    for: new Set(['ssn', 'sin', 'itin', 'socialsecuritynumber']),
    against: new Set(['contract', 'order', 'session', 'invoice']),
  },
  ADDRESS: {
    for: new Set(['address', 'addr', 'street', 'addresses', 'address1', 'address2', 'streetaddress']),
    against: new Set(['ip', 'ipv4', 'ipv6', 'mac', 'email', 'mail', 'web', 'url', 'host', 'wallet', 'memory', 'contract', 'bus']),
  },
};
/** Pairs and triples that say SSN only together. */
const PHRASES: Readonly<Record<PiiPattern, readonly string[]>> = {
  EMAIL: ['e mail'],
  PHONE: ['contact no', 'contact number'],
  SSN: ['social security', 'social sec', 'tax id', 'tax payer id', 'taxpayer id', 'national id', 'social insurance'],
  ADDRESS: [],
};
/** The column counts, flags, hashes or keys the thing; it does not hold it. */
const ABOUT = new Set(
  'count cnt total sent opened clicked bounced verified valid is has flag hash hashed md5 sha1 sha256 token domain status ts at id ids key len length rate'.split(
    ' ',
  ),
);

/** +1 the name speaks for the pattern, -1 against it, 0 neither. */
export function nameEvidence(name: string, pattern: PiiPattern): -1 | 0 | 1 {
  const words = nameWords(name);
  const text = words.join(' ');
  const phrase = PHRASES[pattern].some((wanted) => ` ${text} `.includes(` ${wanted} `));
  const speaks = phrase || words.some((word) => WORDS[pattern].for.has(word));
  if (words.some((word) => WORDS[pattern].against.has(word))) return -1;
  if (!phrase && words.some((word) => ABOUT.has(word))) return -1;
  return speaks ? 1 : 0;
}

/** Anywhere in the name, since `customer_id_old` holds one as well. */
const IDENTIFIER_ANYWHERE = new Set('id ids uuid guid iban passport licence license vin imei hash token'.split(' '));
/** At its end only: `no_of_rooms`, `code_coverage` and `account_balance` hold something else. */
const IDENTIFIER_LAST = new Set(
  'key pk fk sk number numbers num nums no nr nbr nro nummer numero número numer nomor code codes kod kode reference ref account konto card kennung kennzeichen schluessel schlüssel clave cle clé'.split(
    ' ',
  ),
);
/** `id_count` counts them. */
const COUNTS = new Set('count counts cnt total totals rate ratio share pct percent len length'.split(' '));

/** Names whose values point at one person or thing: their bounds are values, so they stay inside. */
export function isIdentifierName(name: string): boolean {
  const words = nameWords(name).filter((word) => !/^[0-9]+$/.test(word));
  if (words.some((word) => COUNTS.has(word))) return false;
  return words.some((word) => IDENTIFIER_ANYWHERE.has(word)) || IDENTIFIER_LAST.has(words.at(-1) ?? '');
}

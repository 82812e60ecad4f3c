/** §5.4 columns that are called like the name of a person: no pattern tells one, so a person is asked to look. */
import { nameWords } from './names.js';

const NAME_WORDS = new Set('fullname firstname lastname middlename givenname familyname maidenname surname forename'.split(' '));
/** Before `name`: which part of a name it is, or whose. A user's or an account's name may be a handle, a product's is none. */
const BEFORE_NAME = new Set(
  'full first last middle given family maiden customer member patient employee passenger guest traveller traveler cardholder recipient person student driver applicant contact subscriber'.split(
    ' ',
  ),
);

/** `full_name`, `passengerName2`. What goes on after it (`_hash`, `_count`) is about one. */
export function isPersonName(name: string): boolean {
  const words = nameWords(name).filter((word) => !/^[0-9]+$/.test(word));
  const last = words.at(-1) ?? '';
  return NAME_WORDS.has(last) || ((last === 'name' || last === 'names') && BEFORE_NAME.has(words.at(-2) ?? ''));
}

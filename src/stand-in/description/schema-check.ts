/** Checks values by the schemas of one OpenAPI document: compiled when first used, every complaint as a sentence. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { isObject, listOf, type Members, membersOf } from './files.js';

/** `pointer` leads to a schema in the document, in the form `#/components/schemas/team`. */
export type SchemaCheck = (pointer: string, value: unknown, where: string) => readonly string[];

const DOCUMENT = 'https://github.test/description';
/** More complaints about one value tell nothing more. */
const COMPLAINTS = 12;

export function schemaCheck(document: Members, { fromText = false }: { readonly fromText?: boolean } = {}): SchemaCheck {
  // Not strict: the description uses formats of its own (`repo.nwo`), which say nothing to be checked.
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, logger: false, coerceTypes: fromText });
  addFormats.default(ajv);
  // Bots have square brackets in their addresses, which the usual pattern refuses.
  ajv.addFormat('email', /^[^\s@]+@[^\s@]+$/);
  ajv.addSchema(membersOf(asJsonSchema(document)), DOCUMENT);
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value, where) => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: DOCUMENT + pointer });
    compiled.set(pointer, validate);
    return validate(value) ? [] : sentences(validate.errors ?? [], where);
  };
}

/** A part of a JSON pointer that leads through `name`. */
export function step(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/**
 * `nullable` is of OpenAPI 3.0 only, and goes beside `enum`, `$ref` and `allOf` too. `oneOf` becomes `anyOf`: where several branches may be null
 * (the value in a validation error), null fits them all, and a parameter read from text fits both a number and a text.
 */
function asJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asJsonSchema);
  if (!isObject(node)) return node;
  const { nullable, oneOf, ...rest } = membersOf(node);
  const branches = Array.isArray(oneOf) ? { anyOf: oneOf } : oneOf === undefined ? {} : { oneOf };
  const both = rest.anyOf !== undefined && Array.isArray(oneOf) ? { allOf: [...listOf(rest.allOf), branches] } : branches;
  const mended = Object.fromEntries(Object.entries({ ...rest, ...both }).map(([key, value]) => [key, asJsonSchema(value)]));
  if (nullable === true) return { anyOf: [{ type: 'null' }, mended] };
  return nullable === undefined ? mended : { ...mended, ...(typeof nullable === 'boolean' ? {} : { nullable: asJsonSchema(nullable) }) };
}

function sentences(errors: readonly ErrorObject[], where: string): readonly string[] {
  // The branches of an `anyOf` say the same once more, less clearly where the value was null.
  const telling = errors.filter(({ keyword, params }) => !(keyword === 'type' && params.type === 'null') && keyword !== 'anyOf');
  const texts = (telling.length > 0 ? telling : errors).map((error) => `${where}${error.instancePath} ${explained(error)}`);
  const distinct = [...new Set(texts)];
  return distinct.length <= COMPLAINTS ? distinct : [...distinct.slice(0, COMPLAINTS), `${where}: ${distinct.length - COMPLAINTS} more`];
}

function explained({ message = 'is wrong', keyword, params }: ErrorObject): string {
  if (keyword === 'enum') return `${message}: ${listOf(params.allowedValues).join(', ')}`;
  return keyword === 'additionalProperties' ? `${message}: ${String(params.additionalProperty)}` : message;
}

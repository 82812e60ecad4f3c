/** §4.1 What a trigger starts: by name, by the input of a call to another service, with the arguments it gives. */
import { type Arguments, argumentKey } from '../templates/given.js';
import { literal, printTemplate } from '../templates/template.js';
import type { StartFacts } from './facts.js';
import { at, interpolated, isText, mapIn, type Told, textIn, toldOf } from './told.js';

/** A target that is a call of any service: its input says what is called. */
const ANY_CALL = /:scheduler:::aws-sdk:/;

export type Called = { readonly names: readonly string[]; readonly arguments: Arguments };

/** `input`: an object, or the text of one. Undefined where the target is the thing itself. */
export function calledBy(arn: string, input: Told | undefined): Called | undefined {
  if (!ANY_CALL.test(arn)) return undefined;
  const told = isText(input) ? parsed(input) : input;
  const names = [at(told, 'JobName'), at(told, 'StateMachineArn')].map(printed).filter((name) => name !== '');
  return names.length === 0 ? undefined : { names, arguments: argumentsIn(at(told, 'Arguments')) };
}

/** A start that gives nothing says no more than the job itself. */
export function startsOf(place: Pick<StartFacts, 'at' | 'id' | 'turns'>, { names, arguments: given }: Called): readonly StartFacts[] {
  return given.size === 0 ? [] : names.map((job) => ({ ...place, job, arguments: given }));
}

/** A text of JSON; `{name}` in it is a hole, also where no quotes are around it. */
export function parsed(text: Told): Told | undefined {
  const written = printed(text).replaceAll(/([:[,]\s*)(\{[A-Za-z][\w.]*\})(?=\s*[,}\]])/g, '$1"$2"');
  try {
    return toldOf(JSON.parse(written), (inner) => interpolated(inner));
  } catch {
    return undefined;
  }
}

export function argumentsIn(told: Told | undefined): Arguments {
  return new Map([...mapIn(told)].flatMap(([key, value]) => (isText(value) ? [[argumentKey(key), value] as const] : [])));
}

export function printed(told: Told | undefined): string {
  return printTemplate(textIn(told) ?? literal(''));
}

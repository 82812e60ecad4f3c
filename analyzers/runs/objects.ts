/** §4.1 Objects of a YAML file that start scripts: of Kubernetes, of a compose file. Every start has a line of its own. */

import { linesInOrder } from '../documents/lines-in-order.js';
import { isMap, listOf, textOf, type YamlMap } from '../documents/yaml.js';
import { commandsIn } from '../infrastructure/described.js';
import type { StartFacts } from '../infrastructure/facts.js';
import { interpolated, toldOf } from '../infrastructure/told.js';
import type { StartedBy } from '../templates/given.js';
import { withJinja } from '../templates/jinja-holes.js';
import { concat, holed, literal, type Template } from '../templates/template.js';

export type ObjectStarts = { readonly object: YamlMap; readonly starts: readonly StartFacts[] };
type ObjectFile = { readonly path: string; readonly text: string; readonly documents: readonly unknown[] };

/** Those of a list one by one. */
export function objectStarts({ path, text, documents }: ObjectFile): readonly ObjectStarts[] {
  const lineOf = linesInOrder(text);
  return objectsIn(documents).map((object) => {
    const by: StartedBy = isMap(object.services) ? 'container' : 'orchestrator';
    const startsAny = isMap(object.services) || textOf(object.kind) !== undefined;
    const commands = startsAny ? commandsIn(toldOf(object, textWithHoles)) : [];
    const starts = commands.flatMap((command): StartFacts[] =>
      command.script === undefined ? [] : [{ at: { file: path, line: lineOf(command.script) }, id: command.script, by, ...command }],
    );
    return { object, starts };
  });
}

/** A document of Kubernetes may be a list of objects. */
export function objectsIn(documents: readonly unknown[]): readonly YamlMap[] {
  return documents.flatMap((one) => (isMap(one) && one.kind === 'List' ? listOf(one.items) : [one])).filter(isMap);
}

/** `${NAME:-default}`, `{{ .Values.x }}`. */
function textWithHoles(text: string): Template {
  const defaulted = text.replaceAll(/\$\{\w+:?-([^{}$]+)\}/g, '$1');
  const shell = interpolated(defaulted);
  return withJinja(concat(...shell.parts.map((part) => (typeof part === 'string' ? plainVariables(part) : { parts: [part], via: [] }))));
}

function plainVariables(text: string): Template {
  const pieces = text.split(/\$(?:\((\w+)\)|([A-Za-z_]\w*))/);
  return concat(
    ...pieces.map(
      (piece, index): Template => (index % 3 === 0 ? literal(piece ?? '') : piece === undefined ? literal('') : holed('config', piece)),
    ),
  );
}

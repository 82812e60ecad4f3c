/** §4.1 Holes of a template that somebody fills later, and how that is told. */
import type { Origin, StepHow } from '../../src/core/origin.js';
import { concat, type Hole, type HoleKind, printTemplate, type Template } from './template.js';

/** `told`: the step that stands for a filled hole; without a place of its own it has that of the hole. */
export function fillHoles(
  template: Template,
  given: (hole: Hole) => Template | undefined,
  told: (name: string, value: string, hole: Hole) => Origin,
): Template {
  const filled = new Map<string, Origin>();
  const parts = template.parts.map((part, index): Template => {
    const value = typeof part === 'string' ? undefined : given(part);
    if (typeof part === 'string' || value === undefined) return { parts: [part], via: [] };
    filled.set(part.name, told(part.name, printTemplate(value), part));
    const next = template.parts[index + 1];
    return { parts: typeof next === 'string' && next.startsWith('/') ? trimmed(value.parts) : value.parts, via: value.via };
  });
  if (filled.size === 0) return template;
  const whole = { ...concat(...parts), via: template.via, ...(template.turns ? { turns: template.turns } : {}) };
  return template.origin ? { ...whole, origin: originWith(template.origin, filled, printTemplate(whole)) } : whole;
}

/** Before a slash: of two in a row one is meant, and who puts them together has often trimmed the first. */
function trimmed(parts: Template['parts']): Template['parts'] {
  const last = parts.at(-1);
  return typeof last === 'string' ? [...parts.slice(0, -1), last.replace(/(?<!\/)\/+$/, '')] : parts;
}

/** The holes of the origin become what fills them; what is above them stays as the code says it. */
function originWith(origin: Origin, filled: ReadonlyMap<string, Origin>, value: string): Origin {
  const top = replaced(origin, filled);
  return top.how === 'joined' ? { ...top, value } : { how: 'joined', name: '', value, from: [top] };
}

function replaced(origin: Origin, filled: ReadonlyMap<string, Origin>): Origin {
  const step = origin.how === 'hole' ? filled.get(origin.name) : undefined;
  if (!step) return { ...origin, from: origin.from.map((one) => replaced(one, filled)) };
  return step.at || !origin.at ? step : { ...step, at: origin.at };
}

export function defaultOf(kind: HoleKind): StepHow {
  return kind === 'env' ? 'environment-default' : 'job-default';
}

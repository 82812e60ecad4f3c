/** A check run of the world as its page shows it. */
import { type Json, numberAt, textAt } from '../../json.js';
import { requirementsOf } from '../../rules/requirements.js';
import { type CheckRun, fullName, type Repository } from '../../state/repositories.js';
import type { World } from '../../state/world.js';
import type { Annotation, CheckView } from '../view.js';
import { runRow } from './rows.js';

export function checkView(world: World, repository: Repository, run: CheckRun): CheckView {
  const pulls = world.pulls(repository).filter(({ pull }) => pull.head.sha === run.headSha);
  const isRequired = pulls.some(({ pull }) =>
    requirementsOf(world, repository, pull.base.ref).some(
      (one) => one.kind === 'checks' && one.required.some(({ context }) => context === run.name),
    ),
  );
  return {
    ...runRow(run, isRequired),
    says: (run.conclusion ?? run.status).replaceAll('_', ' '),
    repository: fullName(repository),
    sha: run.headSha,
    pulls: pulls.map(({ number }) => number),
    title: run.title ?? undefined,
    summary: run.summary ?? undefined,
    text: run.text ?? undefined,
    annotations: run.annotations.map(annotationOf),
    startedAt: run.startedAt ?? undefined,
    completedAt: run.completedAt ?? undefined,
    actions: [],
  };
}

function annotationOf(given: Json): Annotation {
  const startLine = numberAt(given, 'start_line') ?? 1;
  const level = textAt(given, 'annotation_level');
  return {
    path: textAt(given, 'path') ?? '',
    startLine,
    endLine: numberAt(given, 'end_line') ?? startLine,
    level: level === 'warning' || level === 'failure' ? level : 'notice',
    title: textAt(given, 'title'),
    message: textAt(given, 'message') ?? '',
  };
}

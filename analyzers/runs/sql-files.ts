/** §4.3 Files of SQL that a job runs: handed over as a whole, named to an operator of Airflow, or given to a program that runs them. */
import type { StartFacts } from '../infrastructure/facts.js';
import { emptyFacts, type PythonFacts } from '../python/facts.js';
import { withNamedHoles } from '../sql/declared.js';
import { calledName } from '../targets/called-name.js';
import { type CallSite, callsInside, callsOnce, type Unit } from '../targets/program.js';
import { asTemplate, type Evaluation, type Frame } from '../targets/values.js';
import { printTemplate, type Template } from '../templates/template.js';

export function isSqlFile(path: string): boolean {
  return /\.(?:sql|hql)$/i.test(path);
}

/** A file of SQL says as much as a cell of it does. */
export function sqlFacts(text: string): PythonFacts {
  return { ...emptyFacts([]), sql: [{ text: withNamedHoles(text), line: 1, endLine: 1 }] };
}

/** Where its tables are, by the name of what runs it; where that says nothing it is Spark. */
const DATABASES: readonly (readonly [RegExp, string])[] = [
  [/redshift/i, 'redshift'],
  [/snow(?:flake|sql)/i, 'snowflake'],
  [/psql|postgres/i, 'postgresql'],
  [/mysql|mariadb/i, 'mysql'],
  [/mssql|sqlcmd|oracle|sqlite|vertica|teradata|SQLExecuteQuery|Jdbc/i, 'jdbc'],
  [/athena|trino|presto|bigquery|\bbq\b|\bhive|beeline|impala/i, 'table'],
];

export function tablesOf(runner: string): string | undefined {
  return DATABASES.find(([pattern]) => pattern.test(runner))?.[1];
}

const RUNS = /^(?:sql|execute|executescript|execute_string|query|run_query|run_sql)$/;
const OPENS = /^(?:open|read_text)$/;
const KEYWORDS: ReadonlySet<string> = new Set(['sql', 'hql', 'query', 'sqlQuery']);

/** Calls that may be given the text of a file; only where the file opens one. */
export function sqlSitesIn(unit: Unit, orchestrated: boolean): readonly CallSite[] {
  const opens = callsInside(unit, (name) => OPENS.test(name)).some(({ call: { chain }, step }) =>
    OPENS.test(calledName(unit, chain, step)),
  );
  const isWanted = (name: string): boolean => (opens && RUNS.test(name)) || (orchestrated && /Operator$/.test(name));
  const calls = opens || orchestrated ? callsOnce(callsInside(unit, isWanted)) : [];
  return calls.flatMap((call): CallSite[] => {
    const step = call.chain.steps.findIndex((one, at) => {
      if (one.kind !== 'call') return false;
      const name = calledName(unit, call.chain, at);
      return (
        (opens && RUNS.test(name)) || (orchestrated && /Operator$/.test(name) && one.keywords.some((given) => KEYWORDS.has(given.name)))
      );
    });
    return step < 0 ? [] : [{ unit, call, step }];
  });
}

/** The files that one of them is given. */
export function sqlFileStarts(
  fresh: () => Evaluation,
  { unit, call: { chain, line }, step }: CallSite,
  frame: Frame,
): readonly StartFacts[] {
  const made = chain.steps[step];
  if (made?.kind !== 'call') return [];
  const runner = calledName(unit, chain, step);
  const isOperator = /Operator$/.test(runner);
  const given = made.keywords.find(({ name }) => KEYWORDS.has(name))?.value ?? (isOperator ? undefined : made.args[0]);
  if (!given || (given.kind === 'text' && !isSqlFile(given.value))) return [];
  const ev = fresh();
  const tables = isOperator ? tablesOf(runner) : undefined;
  const paths = ev.evaluate(given, frame).flatMap((value): readonly Template[] => {
    if (value.kind === 'opened') return value.isRead ? [value.path] : [];
    const items = value.kind === 'list' ? value.items.flat() : [value];
    return isOperator ? items.flatMap((item) => asTemplate(item) ?? []) : [];
  });
  return paths
    .map(printTemplate)
    .flatMap((path): StartFacts[] =>
      isSqlFile(path) && !/\s/.test(path)
        ? [{ at: { file: unit.path, line }, id: path, script: path, arguments: new Map(), ...(tables === undefined ? {} : { tables }) }]
        : [],
    );
}

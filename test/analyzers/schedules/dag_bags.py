"""What Airflow's DagBag says of each folder of DAGs, as JSON: id, schedule, time zone, owner and task ids. Folders are copied, so that nothing is written beside them."""
import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

asked = json.load(sys.stdin)
NOBODY = "nobody"
temporary = tempfile.mkdtemp()
os.environ.update(
    AIRFLOW_HOME=temporary,
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{temporary}/airflow.db",
    AIRFLOW__LOGGING__LOGGING_LEVEL="ERROR",
    AIRFLOW__OPERATORS__DEFAULT_OWNER=NOBODY,
    AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT="300",
    AIRFLOW_VAR_SHOP_OWNER="variable-team",
    AIRFLOW_VAR_SHOP_REGIONS="east west",
    AIRFLOW_VAR_SHOP_RUNS_HOURLY="no",
    AIRFLOW_VAR_SHOP_SCHEDULE="0 1 * * *",
    DO_NOT_TRACK="1",
)


def schedule(timetable):
    """Its own words where it has no cron: a class of Airflow's that stands for a word is that word, any other is its name."""
    kind = type(timetable).__name__
    words = {"NullTimetable": None, "OnceTimetable": "@once", "ContinuousTimetable": "@continuous"}
    if kind in words:
        return words[kind]
    delta = getattr(timetable, "_delta", None) or getattr(timetable, "delta", None)
    if delta is not None:
        return f"every {int(delta.total_seconds())} s"
    cron = getattr(timetable, "_expression", None) or getattr(timetable, "expression", None)
    return cron if kind.startswith("Cron") else kind


def zone(dag):
    own = getattr(dag.timetable, "_timezone", None) or getattr(dag.timetable, "timezone", None) or dag.timezone
    return getattr(own, "name", None) or str(own)


def row(dag):
    owners = {task.owner for task in dag.tasks} or {dag.default_args.get("owner", NOBODY)}
    return {
        "schedule": schedule(dag.timetable),
        "timezone": zone(dag),
        "owner": " ".join(sorted(owners - {NOBODY})) or None,
        "tasks": sorted(dag.task_ids),
    }


def main():
    # What it logs of files that do not load is in its import errors.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            from airflow.dag_processing.dagbag import DagBag
        except ImportError:
            from airflow.models.dagbag import DagBag
        found = []
        for name in asked["cases"]:
            folder = Path(temporary) / "dags" / name
            shutil.copytree(Path(asked["folder"]) / name, folder)
            sys.path.insert(0, str(folder))
            bag = DagBag(str(folder))
            sys.path.remove(str(folder))
            errors = {str(Path(path).name): text.strip().splitlines()[-1] for path, text in bag.import_errors.items()}
            found.append({"case": name, "errors": errors, "dags": {dag_id: row(dag) for dag_id, dag in bag.dags.items()}})
            # Modules beside the DAGs have the same names in other folders.
            for module in [key for key, value in sys.modules.items() if str(folder) in str(getattr(value, "__file__", None))]:
                del sys.modules[module]
    json.dump(found, sys.stdout)


try:
    main()
finally:
    shutil.rmtree(temporary, ignore_errors=True)

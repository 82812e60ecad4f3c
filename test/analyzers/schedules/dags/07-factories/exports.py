from datetime import datetime
from pathlib import Path

from airflow import DAG
from airflow.operators.bash import BashOperator


def export_dag(name, export_schedule_interval="@daily"):
    with DAG(f"export_{name}", schedule=export_schedule_interval, start_date=datetime(2026, 1, 1)) as dag:
        BashOperator(task_id="export", bash_command=f"python jobs/export.py --table {name}")
    return dag


for path in sorted((Path(__file__).parent / "sources").glob("*.sql")):
    globals()[f"export_{path.stem}"] = export_dag(path.stem)

refunds = export_dag("refunds", export_schedule_interval="@hourly")

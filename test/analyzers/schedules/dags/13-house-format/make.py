from datetime import datetime
from pathlib import Path

import yaml
from airflow import DAG
from airflow.operators.bash import BashOperator

HERE = Path(__file__).parent
QUERIES = {path.parent.name: yaml.safe_load(path.read_text()) for path in sorted(HERE.glob("queries/*/metadata.yaml"))}

for name, told in yaml.safe_load((HERE / "dags.yaml").read_text()).items():
    arguments = told["default_args"]
    start = datetime.fromisoformat(arguments.pop("start_date"))
    when = told["schedule_interval"]
    with DAG(name, schedule=f"@{when}" if when.isalpha() else when, start_date=start, default_args=arguments) as dag:
        for query, metadata in QUERIES.items():
            if metadata["scheduling"]["dag_name"] == name:
                BashOperator(task_id=query, bash_command=f"python jobs/query.py {query}")
    globals()[name] = dag

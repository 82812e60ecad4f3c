from airflow.operators.bash import BashOperator


def build_task(dag, model, prefix="build"):
    return BashOperator(task_id=f"{prefix}_{model}", bash_command=f"dbt build --select {model}", dag=dag)

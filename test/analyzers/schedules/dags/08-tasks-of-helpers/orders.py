from datetime import datetime
from functools import partial

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.utils.task_group import TaskGroup
from build_task import build_task

START = datetime(2026, 1, 1)

made = DAG("orders_made", schedule="@daily", start_date=START)
build_task(made, "orders")
build_task(made, model="returns", prefix="late")

with DAG("orders_partial", schedule="@daily", start_date=START) as partly:
    run = partial(BashOperator, bash_command="python jobs/run.py")
    run_late = partial(run, retries=3)
    run(task_id="plain")
    run_late(task_id="late")

with DAG("orders_grouped", schedule="@daily", start_date=START) as grouped:
    with TaskGroup("load") as load:
        BashOperator(task_id="fetch", bash_command="python jobs/fetch.py")
        with TaskGroup(group_id="inner"):
            BashOperator(task_id="clean", bash_command="python jobs/clean.py")
    with TaskGroup("plain", prefix_group_id=False):
        BashOperator(task_id="tell", bash_command="python jobs/tell.py")

with DAG("orders_looped", schedule="@daily", start_date=START) as looped:
    for region in ["emea", "apac"]:
        BashOperator(task_id=f"load_{region}", bash_command="python jobs/load.py")
    for region in Variable.get("shop_regions", default_var="north south").split():
        BashOperator(task_id=f"extra_{region}", bash_command="python jobs/load.py")

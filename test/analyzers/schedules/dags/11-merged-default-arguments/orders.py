from datetime import datetime

from airflow import DAG
from airflow.decorators import dag
from airflow.operators.empty import EmptyOperator
from defaults import BASE, OWNER, defaults

START = datetime(2026, 1, 1)

with DAG("orders_base", schedule="@daily", start_date=START, default_args=BASE):
    EmptyOperator(task_id="load")
with DAG("orders_merged", schedule="@daily", start_date=START, default_args={**BASE, **{"owner": "orders-team"}}):
    EmptyOperator(task_id="load")
with DAG("orders_function", schedule="@daily", start_date=START, default_args=defaults()):
    EmptyOperator(task_id="load")
with DAG("orders_function_told", schedule="@daily", start_date=START, default_args=defaults(owner="told-team")):
    EmptyOperator(task_id="load")
with DAG("orders_joined", schedule="@daily", start_date=START, default_args=dict(BASE, owner="joined-team")):
    EmptyOperator(task_id="load")
with DAG("orders_variable", schedule="@daily", start_date=START, default_args={"owner": OWNER}):
    EmptyOperator(task_id="load")
with DAG("orders_nobody", schedule="@daily", start_date=START):
    EmptyOperator(task_id="load")


@dag(schedule="@daily", start_date=START, default_args={"owner": "deco-team"})
def orders_decorated():
    EmptyOperator(task_id="load")


orders_decorated()

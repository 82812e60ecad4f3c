from datetime import datetime

from airflow import DAG
from airflow.decorators import dag, task
from airflow.operators.empty import EmptyOperator

START = datetime(2026, 1, 1)

with DAG(
    "orders_daily",
    schedule="0 5 * * *",
    start_date=START,
) as first:
    EmptyOperator(task_id="load")

late = DAG(schedule="@weekly", start_date=START, dag_id="orders_late")
EmptyOperator(task_id="late", dag=late)


@dag(schedule="@hourly", start_date=START)
def orders_hourly():
    @task
    def count():
        return 1

    count()


@dag(dag_id="orders_named", schedule=None, start_date=START)
def some_function():
    EmptyOperator(task_id="named")


orders_hourly()
some_function()

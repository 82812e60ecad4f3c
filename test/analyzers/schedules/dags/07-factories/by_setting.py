from datetime import datetime

from airflow import DAG
from airflow.models import Variable
from airflow.operators.empty import EmptyOperator

START = datetime(2026, 1, 1)
if Variable.get("shop_runs_hourly", default_var="no") == "yes":
    dag = DAG("orders_switched", schedule="@hourly", start_date=START)
else:
    dag = DAG("orders_switched", schedule="@daily", start_date=START)
EmptyOperator(task_id="load", dag=dag)

overridden = DAG("orders_overridden", schedule=Variable.get("shop_schedule", default_var="0 2 * * *"), start_date=START)

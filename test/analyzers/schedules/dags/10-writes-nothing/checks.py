from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from airflow.sensors.filesystem import FileSensor


def clean_logs():
    return None


with DAG("wait_for_orders", schedule=timedelta(minutes=5), start_date=datetime(2026, 1, 1)):
    waited = FileSensor(task_id="wait", filepath="/data/orders.csv")
    arrived = S3KeySensor(task_id="arrived", bucket_key="s3://lake/orders/_SUCCESS")
    done = EmptyOperator(task_id="done")
    [waited, arrived] >> done

with DAG("test_orders", schedule="@daily", start_date=datetime(2026, 1, 1)):
    BashOperator(task_id="test", bash_command="cd /opt/dbt && dbt test --select orders")
    PythonOperator(task_id="clean_logs", python_callable=clean_logs)

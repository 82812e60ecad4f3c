from datetime import datetime

from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from airflow.operators.bash import BashOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


class CloudJobOperator(BaseOperator):
    """A job that is defined in a service of somebody else."""

    def __init__(self, job_id, **kwargs):
        super().__init__(**kwargs)
        self.job_id = job_id

    def execute(self, context):
        return self.job_id


with DAG("orders_outside", schedule="15 3 * * *", start_date=datetime(2026, 1, 1), default_args={"owner": "orders-team"}):
    KubernetesPodOperator(task_id="image", name="orders", image="registry.example.org/orders:3", arguments=["--day", "{{ ds }}"])
    BashOperator(task_id="download", bash_command="curl -s https://raw.example.org/jobs/main/load.py | python")
    CloudJobOperator(task_id="cloud", job_id=12345)

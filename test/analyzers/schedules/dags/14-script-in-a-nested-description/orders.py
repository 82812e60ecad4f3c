from datetime import datetime

from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from airflow.providers.amazon.aws.operators.emr import EmrAddStepsOperator, EmrServerlessStartJobOperator
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator

BUCKET = "s3://code"
STEPS = [
    {
        "Name": "load",
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["spark-submit", f"{BUCKET}/jobs/load.py"]},
    }
]


class SubmitSparkJobOperator(BaseOperator):
    """What Dataproc's, Databricks' and spark-submit's operators ask for, without their packages."""

    def __init__(self, job=None, json=None, application=None, **kwargs):
        super().__init__(**kwargs)
        self.job = job or json or {"main": application}

    def execute(self, context):
        return self.job


with DAG("orders_spark", schedule="0 2 * * *", start_date=datetime(2026, 1, 1)):
    EmrServerlessStartJobOperator(
        task_id="serverless",
        application_id="orders",
        execution_role_arn="arn:aws:iam::123456789012:role/orders",
        job_driver={"sparkSubmit": {"entryPoint": f"{BUCKET}/jobs/serverless.py", "entryPointArguments": ["--day"]}},
    )
    EmrAddStepsOperator(task_id="steps", job_flow_id="orders", steps=STEPS)
    GlueJobOperator(task_id="glue", job_name="orders", script_location=f"{BUCKET}/jobs/glue.py")
    SubmitSparkJobOperator(task_id="dataproc", job={"pyspark_job": {"main_python_file_uri": f"{BUCKET}/jobs/dataproc.py"}})
    SubmitSparkJobOperator(task_id="image", job={"pyspark_job": {"main_python_file_uri": "local:///opt/jobs/image.py"}})
    SubmitSparkJobOperator(task_id="databricks", json={"tasks": [{"spark_python_task": {"python_file": "dbfs:/jobs/lake.py"}}]})
    SubmitSparkJobOperator(task_id="submit", application="jobs/submit.py")

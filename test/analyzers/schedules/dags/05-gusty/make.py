import os

from airflow import DAG
from gusty import create_dags

create_dags(os.path.dirname(os.path.abspath(__file__)), globals(), latest_only=False)

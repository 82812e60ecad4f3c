from datetime import datetime

from airflow import DAG

unsaid = DAG("orders_unsaid", start_date=datetime(2026, 1, 1))

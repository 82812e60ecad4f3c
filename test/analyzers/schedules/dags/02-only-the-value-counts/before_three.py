from datetime import datetime

from airflow import DAG

old = DAG("orders_old", schedule_interval="@daily", start_date=datetime(2026, 1, 1))
never = DAG("orders_never", schedule_interval=None, start_date=datetime(2026, 1, 1))

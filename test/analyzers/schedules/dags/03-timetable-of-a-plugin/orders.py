from datetime import datetime

from airflow import DAG
from plugins_of_shop import EveryFewWeeks

dag = DAG("orders_every_four_weeks", schedule=EveryFewWeeks(weeks=4), start_date=datetime(2026, 1, 1))

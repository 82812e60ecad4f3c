from datetime import datetime

import pendulum
from airflow import DAG

zone = pendulum.timezone("America/Los_Angeles")
west = DAG("orders_west", schedule="0 6 * * 5", start_date=datetime(2026, 3, 20, tzinfo=zone))
paris = DAG("orders_paris", schedule="0 6 * * *", start_date=pendulum.datetime(2026, 1, 1, tz="Europe/Paris"))
args = DAG("orders_args", schedule="0 7 * * *", default_args={"start_date": pendulum.datetime(2026, 1, 1, tz="Asia/Tokyo")})
plain = DAG("orders_plain", schedule="0 6 * * 5", start_date=datetime(2026, 3, 20))

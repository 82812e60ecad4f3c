from datetime import datetime, timedelta

from airflow import DAG
from airflow.timetables.interval import CronDataIntervalTimetable
from airflow.timetables.trigger import CronTriggerTimetable

START = datetime(2026, 1, 1)

# schedule=timedelta(days=28)
hourly = DAG("orders_hourly", schedule=None, start_date=START, description="every hour")  # 01:00 UTC
monthly = DAG("orders_monthly", schedule="0 3 * * 3", start_date=START, description="runs every month")
once = DAG("orders_once", schedule="@once", start_date=START)
always = DAG("orders_always", schedule="@continuous", start_date=START, max_active_runs=1)
quarterly = DAG("orders_quarterly", schedule="@quarterly", start_date=START)
yearly = DAG("orders_yearly", schedule="@yearly", start_date=START)
interval = DAG("orders_interval", schedule=timedelta(hours=6), start_date=START)
trigger = DAG("orders_trigger", schedule=CronTriggerTimetable("0 1 * * 3", timezone="Europe/Paris"), start_date=START)
cron = DAG("orders_cron", schedule=CronDataIntervalTimetable(cron="30 4 * * *", timezone="UTC"), start_date=START)

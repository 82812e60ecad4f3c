from datetime import timedelta

from airflow.timetables.interval import CronDataIntervalTimetable


class EveryFewWeeks(CronDataIntervalTimetable):
    """Every so many weeks on one week day."""

    def __init__(self, weeks):
        super().__init__(cron="0 0 * * 1", timezone="UTC")
        self.weeks = weeks

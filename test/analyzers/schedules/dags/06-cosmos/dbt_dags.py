from datetime import datetime
from pathlib import Path

from airflow import DAG
from airflow.operators.empty import EmptyOperator
from cosmos import DbtDag, DbtTaskGroup, ExecutionConfig, LoadMode, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import TestBehavior

HERE = Path(__file__).parent / "shop"
project = ProjectConfig(HERE)
profile = ProfileConfig(profile_name="shop", target_name="prod", profiles_yml_filepath=HERE / "profiles.yml")


def only(**selection):
    return RenderConfig(load_method=LoadMode.CUSTOM, test_behavior=TestBehavior.NONE, **selection)


dbt_all = DbtDag(
    dag_id="dbt_all",
    project_config=project,
    profile_config=profile,
    render_config=RenderConfig(load_method=LoadMode.CUSTOM, test_behavior=TestBehavior.NONE, exclude=["path:models/staging"]),
    schedule="@weekly",
    start_date=datetime(2026, 1, 1),
    default_args={"owner": "analytics"},
)

with DAG("dbt_daily", schedule="0 4 * * *", start_date=datetime(2026, 1, 1)) as daily:
    before = EmptyOperator(task_id="before")
    marts = DbtTaskGroup(
        group_id="marts",
        project_config=project,
        profile_config=profile,
        render_config=only(select=["path:models/marts"]),
    )
    before >> marts

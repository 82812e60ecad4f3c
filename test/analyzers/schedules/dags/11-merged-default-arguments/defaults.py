from airflow.models import Variable

BASE = {"retries": 2, "owner": "platform"}


def defaults(**more):
    return {**BASE, "depends_on_past": False, **more}


OWNER = Variable.get("shop_owner", default_var="nobody-yet")

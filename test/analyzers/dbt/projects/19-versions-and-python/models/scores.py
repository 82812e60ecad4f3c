import pandas as pd


def model(dbt, session):
    dbt.config(materialized="table", schema="science")
    orders = dbt.ref("orders").df()
    late = dbt.source("raw", "late_orders").df()
    return pd.concat([orders, late])

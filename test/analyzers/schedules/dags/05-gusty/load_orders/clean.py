# ---
# operator: airflow.operators.python.PythonOperator
# python_callable: clean
# dependencies: [fetch]
# ---


def clean():
    return None

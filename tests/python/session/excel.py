import pandas as pd

plan = pd.read_excel("data/budget.xlsx")
print(plan, plan.dtypes)
actual = pd.read_excel("data/budget.xlsx", sheet_name="Actual")
print(actual, actual.dtypes)

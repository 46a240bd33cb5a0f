import pandas as pd

print(pd.read_excel("data/budget.xlsx", "Plan", usecols="A,C:D", index_col=0))
print(pd.read_excel("data/budget.xlsx", sheet_name=1, names=["t", "a"], nrows=2))
print(pd.read_excel("data/budget.xlsx", sheet_name="Codes", dtype={"code": str}))
print(pd.read_excel("data/budget.xlsx", sheet_name=2, usecols=[0, 3]).dtypes)

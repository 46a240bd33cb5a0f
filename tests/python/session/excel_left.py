import pandas as pd

print(pd.read_excel("data/odd.xlsx"))
print(pd.read_excel("data/odd.xlsx", sheet_name="Years")[2023].sum())
print(pd.read_excel("data/budget.xlsx", skiprows=1).shape)
try:
    pd.read_excel("data/budget.xlsx", sheet_name="Nope")
except ValueError as error:
    print(error)

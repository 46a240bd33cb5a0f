import pandas as pd

for sheet in ["Plan", "Actual", 2]:
    print(sheet, len(pd.read_excel("data/budget.xlsx", sheet_name=sheet, engine="openpyxl")))

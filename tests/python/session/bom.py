import pandas as pd

print(pd.read_csv("data/bom.csv").columns.tolist())
print(pd.read_csv("data/bom.csv", encoding="utf-8-sig"))

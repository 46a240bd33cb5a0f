import pandas as pd

print(pd.read_csv("data/exported.csv", index_col=0))
print(pd.read_csv("data/exported.csv").columns.tolist())

import pandas as pd

print(pd.read_csv("data/sales.csv", nrows=3))
print(pd.read_csv("data/types.csv", nrows=1).dtypes)

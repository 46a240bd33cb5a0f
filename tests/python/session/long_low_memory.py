import pandas as pd

df = pd.read_csv("data/long.csv", low_memory=False)
print(df["mixed"].map(type).nunique(), df["n"].sum())
print(pd.read_csv("data/long.csv", nrows=5, index_col="n"))

import pandas as pd

df = pd.read_csv("data/header_only.csv")
print(df.empty, df.columns.tolist(), df.dtypes)

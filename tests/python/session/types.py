import pandas as pd

df = pd.read_csv("data/types.csv")
print(df.dtypes)
print(df.to_dict("list"))

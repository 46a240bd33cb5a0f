import pandas as pd

df = pd.read_csv("data/long.csv")
print(df.dtypes, df["mixed"].map(type).value_counts().to_dict(), df["code"].iloc[-1])

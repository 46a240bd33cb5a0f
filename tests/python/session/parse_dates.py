import pandas as pd

df = pd.read_csv("data/sales.csv", parse_dates=["date"])
print(df["date"].dtype, df["date"].dt.month.tolist())
print(df.set_index("date").resample("MS")["units"].sum())

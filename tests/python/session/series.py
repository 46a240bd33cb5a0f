import pandas as pd

series = pd.read_csv("data/series.csv", index_col="ts", parse_dates=True)["value"]
print(series.resample("D").sum(), series.rolling(2).mean())

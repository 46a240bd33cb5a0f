import pandas as pd

print(pd.read_table("data/weather.tsv").groupby("city")["temp"].mean())
print(pd.read_csv("data/weather.tsv", sep="\t", parse_dates=["day"]).dtypes)

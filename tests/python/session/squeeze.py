import pandas as pd

print(pd.read_csv("data/series.csv", usecols=["value"]).squeeze("columns").cumsum())

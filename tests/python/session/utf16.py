import pandas as pd

print(pd.read_csv("data/wide.csv", encoding="utf-16"))

import pandas as pd

print(pd.read_csv("data/keywords.csv"))

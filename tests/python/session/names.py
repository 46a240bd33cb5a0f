import pandas as pd

print(pd.read_csv("data/regions.csv", names=["r", "m", "z"], header=0))
print(pd.read_csv("data/regions.csv", names=["r", "m", "z"]))

import pandas as pd

print(pd.read_csv("data/sales.csv", usecols=["product", "units"]))
print(pd.read_csv("data/sales.csv", usecols=[0, 4]).describe())
print(pd.read_csv("data/sales.csv", usecols=lambda name: name.startswith("r")))

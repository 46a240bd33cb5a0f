import pandas as pd

print(pd.read_csv("data/numbers.csv", header=None))

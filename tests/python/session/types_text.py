import pandas as pd

df = pd.read_csv("data/types.csv", dtype="str")
print(df.to_dict("list"))

import pandas as pd

print(pd.read_csv("data/decimals_as_text.csv", header=0, names=["a", "b"], dtype={"a": "string"}))
print(pd.read_csv("data/decimals_as_text.csv", parse_dates=["year"]))
print(pd.read_csv("data/decimals_as_text.csv", names=["a", "b"]))

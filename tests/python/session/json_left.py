import pandas as pd

print(pd.read_json("data/sparse.jsonl", lines=True))
print(pd.read_json("data/mixed.json"))

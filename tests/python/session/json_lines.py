import pandas as pd

log = pd.read_json("data/log.jsonl", lines=True)
print(log, log.dtypes)
print(pd.read_json("data/log.jsonl", lines=True, convert_dates=False, nrows=2))

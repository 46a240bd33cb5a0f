import pandas as pd

events = pd.read_csv("data/events.txt", sep="|", parse_dates=["when"])
print(events, events["when"].isna().sum())
try:
    print(pd.read_csv("data/events.txt").shape)
except Exception as error:
    print(error)

import pandas as pd

df = pd.read_csv("data/dates.csv", parse_dates=["uk"], dayfirst=True)
print(df.dtypes, df["uk"].dt.day.tolist())
print(pd.read_csv("data/dates.csv", parse_dates=["uk"], date_format="%d/%m/%Y")["uk"].tolist())

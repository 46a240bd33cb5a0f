import pandas as pd

df = (
    pd.read_csv(
        "data/sales.csv",  # the year so far
        usecols=["order_id", "units", "discount", "returned"],
    )
    .fillna({"discount": 0, "units": -1})
    .query("returned == False and units > 0")
)
print(df, df["returned"].dtype)

import pandas as pd

sales = pd.read_csv("data/sales.csv")
regions = pd.read_csv("data/regions.csv")
merged = sales.merge(regions, on="region", how="left")
print(merged[["order_id", "region", "manager", "zip"]])
print(regions.dtypes, regions["zip"].tolist())

import pandas as pd

df = pd.read_csv("data/prices.csv", index_col="sku")
print(df, (df["price"] * df["weight"]).sum())
print(pd.read_csv("data/prices.csv", dtype={"sku": str, "price": "float64"}))
print(pd.read_csv("data/prices.csv", dtype=str)["price"].tolist())

import pandas as pd

print(pd.read_csv("data/sales.csv").shape)
print(pd.read_csv("data/sales.csv", skiprows=2, header=None).shape)
print(pd.read_csv("data/sales.csv", na_values=["North"])["region"].isna().sum())
print(pd.read_csv("data/sales.csv", keep_default_na=False)["region"].tolist())
print(pd.read_csv("data/sales.csv", converters={"price": lambda text: text + "!"})["price"].tolist())
print(sum(len(chunk) for chunk in pd.read_csv("data/sales.csv", chunksize=3)))
name = "sales"
print(pd.read_csv(f"data/{name}.csv").shape)

import pandas as pd
import numpy as np

regions = pd.read_csv("data/regions.csv", dtype={"zip": str})
print(regions, regions["zip"].str.len().tolist())
sales = pd.read_csv("data/sales.csv", dtype={"product": "category", "units": "Int64", "price": np.float32})
print(sales.dtypes, sales["product"].cat.categories.tolist())
print(pd.read_csv("data/sales.csv", dtype=str).iloc[0].tolist())

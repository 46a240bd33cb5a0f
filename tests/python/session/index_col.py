import pandas as pd

print(pd.read_csv("data/sales.csv", index_col="order_id").loc[1003])
print(pd.read_csv("data/sales.csv", index_col=[2, 3])[["units"]].sort_index())

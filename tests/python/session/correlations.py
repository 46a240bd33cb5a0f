import pandas as pd

df = pd.read_csv("data/sales.csv")
print(df[["units", "price", "discount"]].corr().round(6))
print(df.describe(include="all"))

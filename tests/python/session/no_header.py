import pandas as pd

columns = ["sl", "sw", "pl", "pw", "species"]
iris = pd.read_csv("data/iris.csv", names=columns)
print(iris.groupby("species").mean())
print(pd.read_csv("data/iris.csv", header=None).shape)

import pandas as pd

df = pd.read_csv("data/floats.csv")
for name in df:
    print(name, df[name].dtype, hash(tuple(df[name].tolist())))
print(repr(df["a"].sum()), pd.read_csv("data/floats.csv", usecols=["b"])["b"].std())

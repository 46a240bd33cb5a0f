import pandas as pd


class Fake:
    def read_csv(self, path):
        return f"not pandas: {path}"


def run(pd):
    return pd.read_csv("data/sales.csv")


print(run(Fake()))
print(pd.read_csv("data/sales.csv").shape)

import pandas as pd


class Report:
    regions = pd.read_csv("data/regions.csv")

    def __init__(self, path="data/sales.csv"):
        import pandas as pandas_again

        self.sales = pandas_again.read_csv("data/sales.csv")

    def total(self):
        return self.sales["units"].sum(), len(self.regions)


print(Report().total())

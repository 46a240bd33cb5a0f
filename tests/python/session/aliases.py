from pandas import DataFrame, read_csv as rc
import pandas

print(rc(r"data/regions.csv"))
print(isinstance(pandas.read_csv("data/" "regions.csv"), DataFrame))

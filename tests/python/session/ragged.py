import pandas as pd

try:
    print(pd.read_csv("data/ragged.csv"))
except pd.errors.ParserError as error:
    print(error)

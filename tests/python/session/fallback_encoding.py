import pandas as pd

try:
    df = pd.read_csv("data/euro.csv")
except UnicodeDecodeError:
    df = pd.read_csv("data/euro.csv", encoding="cp1252")
print(df)

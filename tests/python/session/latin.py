import pandas as pd

print(pd.read_csv("data/kunden.csv", sep=";", encoding="latin-1"))
print(pd.read_csv("data/kunden.csv", sep=";", encoding="latin-1", decimal=",")["Umsatz"].sum())

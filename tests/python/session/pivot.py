import pandas as pd

weather = pd.read_csv("data/weather.tsv", delimiter="\t")
print(weather.pivot(index="day", columns="city", values="temp"))

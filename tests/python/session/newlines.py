import pandas as pd

df = pd.read_csv("data/crlf.csv")
print(df["note"].tolist(), df.shape)

import pandas as pd

users = pd.read_json("data/users.json")
print(users, users.dtypes, users["tags"].tolist(), users["name"].tolist())
print(pd.read_json("data/users.json", orient="records", dtype={"name": str})["name"].tolist())

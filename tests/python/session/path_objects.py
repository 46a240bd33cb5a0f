import os
from pathlib import Path

import pandas as pd

DATA = Path("data")
print(pd.read_csv(DATA / "regions.csv"))
print(pd.read_csv(Path("data", "prices.csv")))
print(pd.read_csv(os.path.join("data", "sales.csv"), nrows=1))

"""Constants of the module."""
from __future__ import annotations

import pandas as pd

SALES = "data/sales.csv"
REGIONS: str = f"data/regions.csv"


def load():
    return pd.read_csv(SALES), pd.read_csv(REGIONS)


if __name__ == "__main__":
    sales, regions = load()
    print(len(sales), len(regions), __doc__)

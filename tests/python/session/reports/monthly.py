#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""A script in a folder of its own."""
import pandas as pd

print(pd.read_csv("../data/sales.csv")["units"].max())
print(pd.read_csv(filepath_or_buffer="../data/regions.csv", index_col="region").loc["North", "manager"])

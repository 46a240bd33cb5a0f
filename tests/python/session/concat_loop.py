import glob

import pandas as pd

frames = [pd.read_csv(path) for path in sorted(glob.glob("data/reg*.csv"))]
print(pd.concat(frames))

import io

import pandas as pd

out = io.StringIO()
pd.read_csv("data/regions.csv").to_csv(out, index=False)
print(out.getvalue())

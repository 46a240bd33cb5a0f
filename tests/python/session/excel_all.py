import pandas as pd

for name, frame in pd.read_excel("data/budget.xlsx", sheet_name=None).items():
    print(name, frame.shape, frame.columns.tolist(), frame.dtypes.tolist())
some = pd.read_excel("data/budget.xlsx", sheet_name=["Actual", 0])
print(list(some), [len(frame) for frame in some.values()])

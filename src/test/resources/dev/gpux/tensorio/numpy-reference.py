"""Writes numpy-reference.txt: arrays as NumPy itself saves them, one a line, base64. Run once with NumPy 2.4.6."""
import base64
import io

import numpy as np
from numpy.lib import format

lines = []


def add(name, array, version=None):
    out = io.BytesIO()
    format.write_array(out, array, version=version, allow_pickle=True)
    lines.append(name + " " + base64.b64encode(out.getvalue()).decode())


add("bool", np.array([[True, False, True]]))
for kind in "iu":
    for size in (1, 2, 4, 8):
        info = np.iinfo(f"{kind}{size}")
        values = [[0, 1, 2], [3, int(info.min), int(info.max)]]
        for order in "<>" if size > 1 else "|":
            add(f"{order}{kind}{size}", np.array(values, dtype=f"{order}{kind}{size}"))
for size in (2, 4, 8):
    for order in "<>":
        add(f"{order}f{size}", np.array([[0, 1, -2], [0.5, np.nan, np.inf]], dtype=f"{order}f{size}"))
for size in (8, 16):
    for order in "<>":
        add(f"{order}c{size}", np.array([1 + 2j, -3.5j], dtype=f"{order}c{size}"))
for order in "<>":
    add(f"{order}U", np.array([["a", "", "grün"], ["日本", "x\U0001F600", "end"]], dtype=f"{order}U4"))
add("S", np.array(["a", "", "gr\u00fcn".encode()], dtype="S5"))
add("fortran-f4", np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)))
add("fortran->i8", np.asfortranarray(np.arange(24, dtype=">i8").reshape(2, 3, 4)))
add("fortran-c8", np.asfortranarray((np.arange(6) + 1j).astype(">c8").reshape(2, 3)))
add("fortran-c16", np.asfortranarray((np.arange(6) + 1j).reshape(2, 3)))
add("fortran-U", np.asfortranarray(np.array([["a", "b", "c"], ["d", "e", "f"]])))
add("scalar", np.array(2.5, dtype="<f4"))
add("empty", np.zeros((0, 3), dtype="<f4"))
add("version-2", np.arange(3, dtype="<i4"), (2, 0))
add("version-3", np.arange(3, dtype="<i4"), (3, 0))
add("structured", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
add("object", np.array([None, "a"], dtype=object))
add("date", np.zeros(2, dtype="M8[s]"))
add("longdouble", np.zeros(2, dtype=np.longdouble))
add("raw2", np.array([0x3F80, 0xC040], dtype="<u2").view("V2"))
for name, save in ("savez", np.savez), ("savez-compressed", np.savez_compressed):
    out = io.BytesIO()
    save(out, x=np.arange(6, dtype="<f4").reshape(2, 3), y=np.array(["a", "b"]))
    lines.append(name + " " + base64.b64encode(out.getvalue()).decode())
    out = io.BytesIO()
    save(out, np.arange(3, dtype=">i8"))
    lines.append(name + "-one " + base64.b64encode(out.getvalue()).decode())
print("\n".join(lines))

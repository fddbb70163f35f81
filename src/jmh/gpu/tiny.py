"""Writes the smallest model worth running: float32[1,10] -> Gemm -> Softmax -> float32[1,3]. Needs onnx; usage: tiny.py FILE"""
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

save(helper.make_model(helper.make_graph(
    [helper.make_node("Gemm", ["x", "w", "b"], ["h"]), helper.make_node("Softmax", ["h"], ["y"])], "tiny",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 10])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])],
    [numpy_helper.from_array(numpy.zeros((10, 3), numpy.float32), "w"),
     numpy_helper.from_array(numpy.zeros(3, numpy.float32), "b")]),
    opset_imports=[helper.make_opsetid("", 17)], ir_version=8), sys.argv[1])

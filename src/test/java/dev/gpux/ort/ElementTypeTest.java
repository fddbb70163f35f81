package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ffi.OnnxRuntime;
import dev.gpux.onnx.OnnxDataType;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ElementTypeTest {

    /** The number of the same type in the generated bindings. */
    private static int inHeaders(ElementType type) {
        return switch (type) {
            case FLOAT32 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT();
            case UINT8 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8();
            case INT8 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8();
            case UINT16 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16();
            case INT16 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16();
            case INT32 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32();
            case INT64 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64();
            case STRING -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING();
            case BOOL -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL();
            case FLOAT16 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16();
            case FLOAT64 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE();
            case UINT32 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32();
            case UINT64 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64();
            case COMPLEX64 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX64();
            case COMPLEX128 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX128();
            case BFLOAT16 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16();
            case FLOAT8E4M3FN -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FN();
            case FLOAT8E4M3FNUZ -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FNUZ();
            case FLOAT8E5M2 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2();
            case FLOAT8E5M2FNUZ -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2FNUZ();
            case UINT4 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT4();
            case INT4 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT4();
            case FLOAT4E2M1 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT4E2M1();
            case FLOAT8E8M0 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E8M0();
            case UINT2 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT2();
            case INT2 -> OnnxRuntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT2();
        };
    }

    @ParameterizedTest
    @EnumSource
    void hasTheNumbersOfOrtAndOfOnnx(ElementType type) {
        assertEquals(inHeaders(type), type.ort());
        assertEquals(Optional.of(type), ElementType.fromOrt(type.ort()));
        assertEquals(Optional.of(type), ElementType.fromOnnx(type.onnx()));
        var onnx = OnnxDataType.of(type.onnx()).orElseThrow();
        assertEquals(onnx.label(), type.label());
        assertEquals(onnx.bits(), type.bits());
    }

    @Test
    void knowsNoOtherNumber() {
        for (int number : new int[] {Integer.MIN_VALUE, -1, 0, 27, Integer.MAX_VALUE}) {
            assertEquals(Optional.empty(), ElementType.fromOrt(number));
            assertEquals(Optional.empty(), ElementType.fromOnnx(number));
        }
    }

    @Test
    void understandsLabels() {
        for (var type : ElementType.values()) {
            assertEquals(Optional.of(type), ElementType.fromLabel(type.label()));
            assertEquals(type.label(), type.toString());
        }
        assertEquals(Optional.of(ElementType.FLOAT32), ElementType.fromLabel("Float"));
        assertEquals(Optional.of(ElementType.FLOAT64), ElementType.fromLabel("double"));
        assertEquals(Optional.of(ElementType.FLOAT16), ElementType.fromLabel("half"));
        assertEquals(Optional.of(ElementType.STRING), ElementType.fromLabel("str"));
        assertEquals(Optional.of(ElementType.STRING), ElementType.fromLabel("text"));
        assertEquals(Optional.empty(), ElementType.fromLabel("float31"));
        assertEquals(Optional.empty(), ElementType.fromLabel(""));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32,3,12", "COMPLEX128,3,48", "BOOL,0,0", "INT4,0,0", "INT4,1,1", "INT4,2,1", "INT4,3,2",
        "UINT2,1,1", "UINT2,4,1", "UINT2,5,2", "FLOAT4E2M1,7,4", "INT8,9223372036854775807,9223372036854775807"})
    void countsBytes(ElementType type, long elements, long bytes) {
        assertEquals(bytes, type.byteSize(elements));
    }

    @Test
    void refusesSizesBeyond64Bits() {
        assertThrows(TensorException.class, () -> ElementType.INT16.byteSize(Long.MAX_VALUE));
        assertThrows(TensorException.class, () -> ElementType.COMPLEX128.byteSize(Long.MAX_VALUE / 8));
        assertThrows(TensorException.class, () -> ElementType.INT4.byteSize(Long.MAX_VALUE));
        assertThrows(TensorException.class, () -> ElementType.STRING.byteSize(1));
    }

    @Test
    void alignsAsItsNumbersDo() {
        assertEquals(4, ElementType.COMPLEX64.alignment());
        assertEquals(8, ElementType.COMPLEX128.alignment());
        assertEquals(1, ElementType.INT4.alignment());
        assertEquals(2, ElementType.BFLOAT16.alignment());
        assertEquals(8, ElementType.UINT64.alignment());
    }

    @Test
    void knowsFloats() {
        var floats = Arrays.stream(ElementType.values()).filter(ElementType::isFloat).map(ElementType::label).toList();
        assertTrue(floats.stream().allMatch(label -> label.contains("float")), floats::toString);
        assertEquals(10, floats.size());
        assertFalse(ElementType.COMPLEX64.isFloat());
    }
}

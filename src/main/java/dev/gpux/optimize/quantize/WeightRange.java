package dev.gpux.optimize.quantize;

import dev.gpux.onnx.OnnxDataType;

/** The integers that weights become. */
public enum WeightRange {
    /** -127 to 127, 0 means 0: what AVX-512 VNNI and ARM dot products take as it is. */
    INT8(OnnxDataType.INT8, 0, 127),
    /** -63 to 63: for x86 processors without VNNI, whose 16-bit sums of products overflow with more. */
    INT7(OnnxDataType.INT8, 0, 63),
    /** 1 to 255, 128 means 0. */
    UINT8(OnnxDataType.UINT8, 128, 127);

    private final OnnxDataType type;
    private final int zeroPoint;
    private final int high;

    WeightRange(OnnxDataType type, int zeroPoint, int high) {
        this.type = type;
        this.zeroPoint = zeroPoint;
        this.high = high;
    }

    /** The element type. */
    public OnnxDataType type() {
        return type;
    }

    /** The integer that means 0. */
    public int zeroPoint() {
        return zeroPoint;
    }

    /** How weights up to {@code largest} in absolute value become integers. */
    public Affine affine(float largest) {
        var symmetric = Affine.symmetric(largest, high);
        return new Affine(symmetric.scale(), zeroPoint, zeroPoint - high, zeroPoint + high);
    }
}

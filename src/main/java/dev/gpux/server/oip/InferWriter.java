package dev.gpux.server.oip;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.server.memory.NativeOutput;
import dev.gpux.tensorio.JsonTensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes an answer: JSON, and behind it the binary outputs where ORT left them. */
public final class InferWriter {
    /** The header that says where the JSON ends. */
    public static final String HEADER = "Inference-Header-Content-Length";

    private final String model;
    private final String version;

    /**
     * An answer's parts.
     *
     * @param headerLength the length of the JSON if anything follows it, else -1
     * @param parts what to send, in this order
     */
    public record Written(long headerLength, MemorySegment[] parts) { }

    /** For a model of this name and version. */
    public InferWriter(String model, String version) {
        this.model = model;
        this.version = version;
    }

    /**
     * Writes an answer.
     *
     * @param out empty; holds the JSON and binary text afterwards
     * @param tensors the outputs, in the order of {@code request.outputs()}
     */
    public Written write(NativeOutput out, InferRequest request, List<Tensor> tensors) throws IOException {
        var binaryText = new ArrayList<byte[]>();
        boolean binary = false;
        for (int i = 0; i < tensors.size(); i++) {
            var wish = request.outputs().get(i);
            binary |= wish.binary();
            binaryText.add(wish.binary() && isText(wish, tensors.get(i)) ? bytes(texts(wish, tensors.get(i)))
                : new byte[0]);
        }
        json(out, request, tensors, binaryText);
        if (!binary) {
            return new Written(-1, new MemorySegment[] {out.content()});
        }
        long header = out.length();
        for (var text : binaryText) {
            out.write(text, 0, text.length);
        }
        return new Written(header, parts(out, header, request, tensors, binaryText));
    }

    private static boolean isText(RequestedOutput wish, Tensor tensor) {
        return wish.classes() > 0 || tensor.elementType() == ElementType.STRING;
    }

    private static List<String> texts(RequestedOutput wish, Tensor tensor) {
        return wish.classes() > 0 ? Classification.best(tensor, wish.classes()) : tensor.strings();
    }

    private static MemorySegment[] parts(NativeOutput out, long header, InferRequest request, List<Tensor> tensors,
                                         List<byte[]> binaryText) {
        var parts = new ArrayList<MemorySegment>();
        var written = out.content();
        parts.add(written.asSlice(0, header));
        long at = header;
        for (int i = 0; i < tensors.size(); i++) {
            var wish = request.outputs().get(i);
            if (wish.binary()) {
                long length = binaryText.get(i).length;
                parts.add(isText(wish, tensors.get(i)) ? written.asSlice(at, length) : tensors.get(i).segment());
                at += length;
            }
        }
        return parts.toArray(MemorySegment[]::new);
    }

    private void json(NativeOutput out, InferRequest request, List<Tensor> tensors, List<byte[]> binaryText)
            throws IOException {
        try (var json = JsonTensors.factory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("model_name", model);
            json.writeStringField("model_version", version);
            if (!request.id().isEmpty()) {
                json.writeStringField("id", request.id());
            }
            json.writeArrayFieldStart("outputs");
            for (int i = 0; i < tensors.size(); i++) {
                output(json, request.outputs().get(i), tensors.get(i), binaryText.get(i).length);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void output(JsonGenerator json, RequestedOutput wish, Tensor tensor, long textLength)
            throws IOException {
        boolean classes = wish.classes() > 0;
        json.writeStartObject();
        json.writeStringField("name", wish.name());
        json.writeStringField("datatype", classes ? "BYTES" : Datatype.of(tensor.elementType()));
        json.writeArrayFieldStart("shape");
        var shape = classes ? Classification.shape(tensor, wish.classes()) : tensor.shape();
        for (int i = 0; i < shape.rank(); i++) {
            json.writeNumber(shape.size(i));
        }
        json.writeEndArray();
        if (wish.binary()) {
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size",
                isText(wish, tensor) ? textLength : bytes(tensor.elementType(), tensor.shape()));
            json.writeEndObject();
        } else if (classes) {
            json.writeArrayFieldStart("data");
            for (var text : texts(wish, tensor)) {
                json.writeString(text);
            }
            json.writeEndArray();
        } else {
            json.writeFieldName("data");
            JsonTensors.writeData(json, tensor);
        }
        json.writeEndObject();
    }

    private static long bytes(ElementType type, Shape shape) {
        return type.byteSize(shape.elements());
    }

    /** Texts as the protocol has them in binary: a length of four bytes, little-endian, and UTF-8. */
    private static byte[] bytes(List<String> texts) {
        var out = new ByteArrayOutputStream();
        for (var text : texts) {
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                out.write(utf8.length >>> shift);
            }
            out.writeBytes(utf8);
        }
        return out.toByteArray();
    }
}

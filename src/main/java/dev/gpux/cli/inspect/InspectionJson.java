package dev.gpux.cli.inspect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.common.ReportJson;
import dev.gpux.onnx.Dim;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.ValueInfo;
import dev.gpux.onnx.ValueType;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What {@code gpux inspect --json} prints. */
final class InspectionJson {
    private InspectionJson() { }

    static void write(JsonGenerator json, InspectCommand.Inspection inspection) throws IOException {
        var summary = inspection.summary();
        json.writeStartObject();
        json.writeStringField("model", inspection.gpuxfile().name());
        json.writeStringField("file", inspection.file().toString());
        json.writeNumberField("bytes", summary.fileSize());
        json.writeNumberField("ir_version", summary.irVersion());
        json.writeObjectFieldStart("opsets");
        for (var opset : summary.opsets()) {
            json.writeNumberField(opset.domain().isEmpty() ? "ai.onnx" : opset.domain(), opset.version());
        }
        json.writeEndObject();
        json.writeStringField("producer", summary.producerName());
        json.writeStringField("producer_version", summary.producerVersion());
        values(json, "inputs", summary.inputs());
        values(json, "outputs", summary.outputs());
        weights(json, summary);
        json.writeObjectFieldStart("memory");
        json.writeNumberField("weights", inspection.memory().weights());
        json.writeNumberField("values", inspection.memory().values());
        json.writeNumberField("values_without_shape", inspection.memory().unknown());
        json.writeNumberField("values_counted", inspection.memory().total() - inspection.memory().unknown());
        json.writeEndObject();
        operators(json, summary);
        json.writeObjectFieldStart("metadata");
        for (var property : summary.metadata()) {
            json.writeStringField(property.key(), property.value());
        }
        json.writeEndObject();
        findings(json, inspection);
        if (inspection.load().isPresent()) {
            json.writeStringField("runtime", inspection.load().get());
        }
        if (inspection.where().isPresent()) {
            json.writeFieldName("providers");
            ReportJson.write(json, inspection.where().get());
        }
        json.writeEndObject();
    }

    private static void values(JsonGenerator json, String name, List<ValueInfo> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (var value : values) {
            json.writeStartObject();
            json.writeStringField("name", value.name());
            if (value.type() instanceof ValueType.TensorType tensor) {
                json.writeStringField("dtype", OnnxDataType.labelOf(tensor.elementType()));
                if (tensor.shape().isPresent()) {
                    shape(json, tensor.shape().get());
                }
            } else {
                json.writeStringField("type", value.type().toString());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Sizes as numbers, free dimensions as their name or null. */
    private static void shape(JsonGenerator json, List<Dim> shape) throws IOException {
        json.writeArrayFieldStart("shape");
        for (var dim : shape) {
            switch (dim) {
                case Dim.Fixed fixed -> json.writeNumber(fixed.size());
                case Dim.Symbolic symbolic -> json.writeString(symbolic.name());
                case Dim.Unknown _ -> json.writeNull();
            }
        }
        json.writeEndArray();
    }

    private static void weights(JsonGenerator json, ModelSummary summary) throws IOException {
        json.writeNumberField("parameters", summary.parameters());
        json.writeNumberField("initializers", summary.initializers());
        json.writeArrayFieldStart("weights");
        for (var total : summary.weights()) {
            json.writeStartObject();
            json.writeStringField("dtype", total.type());
            json.writeNumberField("tensors", total.tensors());
            json.writeNumberField("elements", total.elements());
            json.writeNumberField("bytes", total.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("external_files");
        for (var file : summary.externalFiles()) {
            json.writeStartObject();
            json.writeStringField("location", file.location());
            json.writeNumberField("tensors", file.tensors());
            json.writeNumberField("bytes", file.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void operators(JsonGenerator json, ModelSummary summary) throws IOException {
        json.writeNumberField("nodes", summary.nodes());
        json.writeArrayFieldStart("operators");
        for (var operator : summary.operators()) {
            json.writeStartObject();
            json.writeStringField("domain", operator.domain().isEmpty() ? "ai.onnx" : operator.domain());
            json.writeStringField("op_type", operator.opType());
            json.writeNumberField("count", operator.count());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void findings(JsonGenerator json, InspectCommand.Inspection inspection) throws IOException {
        json.writeArrayFieldStart("findings");
        for (var finding : inspection.check().findings()) {
            json.writeStartObject();
            json.writeStringField("severity", finding.severity().name().toLowerCase(Locale.ROOT));
            json.writeStringField("rule", finding.rule());
            json.writeStringField("place", finding.place());
            json.writeStringField("message", finding.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}

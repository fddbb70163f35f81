/**
 * GPUX: ONNX models from Java through the ONNX Runtime C API and the FFM API.
 *
 * <p>{@code dev.gpux.ort}, {@code dev.gpux.provider}, {@code dev.gpux.onnx} and {@code dev.gpux.ffi} need the JDK
 * alone; the libraries that GPUXfiles, JSON and the command line need are optional here.
 */
module dev.gpux {
    requires java.net.http;
    requires jdk.jfr;
    requires jdk.management;
    // Only for reading and drawing pictures.
    requires static java.desktop;
    requires static org.yaml.snakeyaml;
    requires static info.picocli;
    requires static com.fasterxml.jackson.core;

    exports dev.gpux.engine;
    exports dev.gpux.engine.recorded;
    exports dev.gpux.ffi;
    exports dev.gpux.gpuxfile;
    exports dev.gpux.onnx;
    exports dev.gpux.optimize;
    exports dev.gpux.optimize.calibrate;
    exports dev.gpux.optimize.diff;
    exports dev.gpux.optimize.fp16;
    exports dev.gpux.optimize.graph;
    exports dev.gpux.optimize.lint;
    exports dev.gpux.optimize.proof;
    exports dev.gpux.optimize.quantize;
    exports dev.gpux.optimize.tune;
    exports dev.gpux.ort;
    exports dev.gpux.ort.library;
    exports dev.gpux.pipeline;
    exports dev.gpux.pipeline.detection;
    exports dev.gpux.pipeline.image;
    exports dev.gpux.pipeline.step;
    exports dev.gpux.pipeline.step.image;
    exports dev.gpux.pipeline.text;
    exports dev.gpux.provider;
    exports dev.gpux.provider.cuda;
    exports dev.gpux.provider.doctor;
    exports dev.gpux.provider.natives;
    exports dev.gpux.provider.placement;
    exports dev.gpux.provider.selection;
    exports dev.gpux.server;
    exports dev.gpux.server.http;
    exports dev.gpux.server.memory;
    exports dev.gpux.server.metrics;
    exports dev.gpux.server.model;
    exports dev.gpux.server.oip;
    exports dev.gpux.server.route;
    exports dev.gpux.store;
    exports dev.gpux.store.remote;
    exports dev.gpux.tensorio;

    uses dev.gpux.pipeline.StepProvider;
}

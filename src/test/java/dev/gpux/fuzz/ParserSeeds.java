package dev.gpux.fuzz;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.GraphBuilder;
import dev.gpux.onnx.LocalFunction;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.OperatorSet;
import dev.gpux.onnx.Property;
import dev.gpux.onnx.ValueType;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.library.LibraryArchiveFuzz;
import dev.gpux.server.http.ConnectionFuzz;
import dev.gpux.store.Archive;
import dev.gpux.store.BundlePath;
import dev.gpux.store.Manifest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import dev.gpux.tensorio.TensorFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Good inputs of each parser, small, which fuzzing starts from. */
final class ParserSeeds {
    private static final int LARGEST = 40_000;

    private final Path scratch;

    private ParserSeeds(Path scratch) {
        this.scratch = scratch;
    }

    static List<byte[]> of(Parser parser, Path scratch) throws IOException {
        var seeds = new ParserSeeds(scratch);
        return switch (parser) {
            case ONNX -> List.of(model(), OnnxWriter.toBytes(ModelBuilder.create().build()));
            case NPY -> seeds.numpy("NUMPY");
            case NPZ -> seeds.numpy("PK");
            case PB -> seeds.values();
            case JSON -> texts("[[1, 2.5e3, -7], [NaN, \"Infinity\", 0.125]]",
                "{\"dtype\": \"float32\", \"shape\": [2, 2], \"data\": [1, 2, 3, 255]}", "[\"gr\\u00fcn\", \"日本\"]",
                "[{\"1\": 0.5, \"-7\": 2}, {\"3\": 1}]", "{\"y\": {\"a\": [1]}, \"x\": [1]}", "null", "3");
            case GPUXFILE -> gpuxfiles();
            case TOKENIZER -> tokenizers();
            case STORE_ARCHIVE -> List.of(seeds.saved());
            case LIBRARY_TAR, LIBRARY_ZIP -> LibraryArchiveFuzz.seeds(scratch, parser == Parser.LIBRARY_ZIP);
            case WAV -> sounds();
            case PICTURE -> pictures();
            case HTTP -> ConnectionFuzz.seeds();
        };
    }

    private static List<byte[]> texts(String... texts) {
        return Arrays.stream(texts).map(ParserSeeds::bytes).toList();
    }

    /** A little of everything that a model can have. */
    private static byte[] model() {
        var branch = GraphBuilder.create("b").node("Relu", List.of("x"), List.of("z"))
            .output("z", OnnxDataType.FLOAT, 2).build();
        return OnnxWriter.toBytes(ModelBuilder.create().opset(17).opset("f", 1).metadata("key", "value")
            .input("x", OnnxDataType.FLOAT, "N").input("c", OnnxDataType.BOOL)
            .input("q", ValueType.sequence(ValueType.map(OnnxDataType.STRING, ValueType.tensor(OnnxDataType.INT4))))
            .input("o", ValueType.optional(ValueType.tensorOfAnyShape(OnnxDataType.FLOAT16)))
            .initializer("w", new long[] {2, 2}, 1f, 2f, 3f, 4f)
            .initializer(dev.gpux.onnx.Tensor.ofStrings("s", new long[] {2}, "a", "b"))
            .initializer(dev.gpux.onnx.Tensor.ofExternal("e", OnnxDataType.INT8, new long[] {4},
                List.of(new Property("location", "e.bin"), new Property("offset", "8"))))
            .node("If", List.of("c"), List.of("y"), Attribute.of("then_branch", branch),
                Attribute.of("else_branch", branch))
            .node("f", "Twice", List.of("y"), List.of("v"), Attribute.of("f", 1f), Attribute.of("i", 300),
                Attribute.of("s", "text"), Attribute.ofFloats("fs", 1f, 2f), Attribute.ofInts("is", 1, 300, -1),
                Attribute.ofStrings("ss", "a", "b"))
            .function(LocalFunction.of("f", "Twice", List.of("a"), List.of("b"), List.of(new OperatorSet("", 17)),
                List.of(Node.of("Add", List.of("a", "a"), List.of("b")))))
            .output("v", OnnxDataType.FLOAT, 2).build(), WeightPlacement.AS_REFERENCED);
    }

    /** The files that NumPy wrote which have this in their first bytes. */
    private List<byte[]> numpy(String magic) throws IOException {
        var seeds = new ArrayList<byte[]>();
        try (var in = ParserSeeds.class.getResourceAsStream("/dev/gpux/tensorio/numpy-reference.txt")) {
            new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().forEach(line -> {
                var file = Base64.getDecoder().decode(line.split(" ")[1]);
                var head = new String(file, 0, Math.min(6, file.length), StandardCharsets.ISO_8859_1);
                if (head.contains(magic) && file.length < LARGEST) {
                    seeds.add(file);
                }
            });
        }
        return seeds;
    }

    private List<byte[]> values() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var floats = Tensor.of(arena, new float[] {1, 2, 3, 4}, 2, 2);
            var keys = Tensor.of(arena, new long[] {1, 2}, 2);
            var map = MapValue.of(arena, keys, Tensor.of(arena, new float[] {1, 2}, 2));
            return List.of(written(floats), written(Tensor.ofStrings(arena, List.of("a", "bcd"), 2)),
                written(SequenceValue.of(arena, List.of(map))), written(Tensor.of(arena, new long[] {7}, 1)));
        }
    }

    private byte[] written(Value value) throws IOException {
        var file = scratch.resolve("seed.pb");
        TensorFiles.write(file, Map.of("x", value));
        var bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    /** Two models of a store in one file. */
    private byte[] saved() throws IOException {
        var store = Store.at(scratch.resolve("seed-store"));
        var names = List.of(ModelName.parse("one:1.0").orElseThrow(), ModelName.parse("two").orElseThrow());
        for (var name : names) {
            try (var staging = store.stage()) {
                staging.commit(Map.of(name, new Manifest(List.of(
                    staging.add(new BundlePath("GPUXfile"), ("name: " + name).getBytes(StandardCharsets.UTF_8)),
                    staging.add(new BundlePath("m/x.onnx"), new byte[] {1, 2, 3})))));
            }
        }
        var out = new ByteArrayOutputStream();
        Archive.save(store, names, out);
        return out.toByteArray();
    }

    private static List<byte[]> gpuxfiles() throws IOException {
        var seeds = new ArrayList<byte[]>();
        seeds.add(Files.readAllBytes(Path.of("GPUXfile")));
        try (var files = Files.walk(Path.of("examples"))) {
            for (var file : files.filter(path -> path.endsWith("GPUXfile")).sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        seeds.addAll(texts("model: ${M:-m.onnx}\nruntime: {providers: [cuda, cpu], threads: {intra: auto}}\n",
            "name: x\nmodel:\n  path: m.onnx\nserving: {port: 8000}\n"));
        return seeds;
    }

    /** 16 bits, floats in two channels behind a part of no interest, and 24 bits in the extensible form. */
    private static List<byte[]> sounds() {
        return List.of(sound(1, 1, 16, 16, 20), sound(3, 2, 32, 18, 64), sound(0xFFFE, 6, 24, 40, 90));
    }

    private static byte[] sound(int kind, int channels, int bits, int formatBytes, int dataBytes) {
        var file = ByteBuffer.allocate(48 + formatBytes + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(bytes("RIFF")).putInt(file.capacity() - 8).put(bytes("WAVE")).put(bytes("LIST")).putInt(11)
            .put(new byte[12]).put(bytes("fmt ")).putInt(formatBytes);
        int format = file.position();
        file.putShort((short) kind).putShort((short) channels).putInt(8000).putInt(8000 * channels * bits / 8)
            .putShort((short) (channels * bits / 8)).putShort((short) bits);
        if (formatBytes == 40) {
            file.putShort(format + 16, (short) 22).putShort(format + 24, (short) 1);
        }
        file.position(format + formatBytes).put(bytes("data")).putInt(dataBytes);
        for (int i = 0; i < dataBytes; i++) {
            file.put((byte) (i * 37));
        }
        return file.array();
    }

    private static List<byte[]> pictures() throws IOException {
        var seeds = new ArrayList<byte[]>();
        for (var name : List.of("rgb.png", "palette.png", "alpha.png", "deep.png", "bilevel.png", "rgb.bmp", "palette.gif",
            "photo.jpg", "turned-6.jpg")) {
            try (var in = ParserSeeds.class.getResourceAsStream("/dev/gpux/pipeline/image/" + name)) {
                seeds.add(in.readAllBytes());
            }
        }
        return seeds;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> tokenizers() throws IOException {
        var seeds = new ArrayList<>(texts("""
            {"version": "1.0", "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0,
             "direction": "Right"},
             "added_tokens": [{"id": 1, "content": "[CLS]", "special": true, "single_word": false, "lstrip": false,
             "rstrip": false, "normalized": false}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
             "strip_accents": null, "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]",
             "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}},
             {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1],
             "tokens": ["[CLS]"]}}}, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "[CLS]": 1, "hello": 2, "##o": 3, "w": 4}}}
            """, """
            {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "Replace",
             "pattern": {"Regex": "[ \\\\t]+"}, "content": " "}, {"type": "StripAccents"}]},
             "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern":
             {"Regex": "'s|\\\\p{L}+|\\\\s+"}, "behavior": "Isolated", "invert": false}, {"type": "ByteLevel",
             "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]},
             "decoder": {"type": "ByteLevel"}, "model": {"type": "BPE", "dropout": null, "unk_token": null,
             "byte_fallback": false, "vocab": {"h": 0, "e": 1, "l": 2, "he": 3, "hel": 4, "\\u0120": 5},
             "merges": ["h e", ["he", "l"]]}}
            """, "{\"model\": {\"type\": \"WordLevel\", \"unk_token\": \"u\", \"vocab\": {\"u\": 0, \"a\": 1}}}"));
        try (var in = ParserSeeds.class.getResourceAsStream("/dev/gpux/pipeline/text/unigram.json")) {
            seeds.add(in.readAllBytes());
        }
        return seeds;
    }
}

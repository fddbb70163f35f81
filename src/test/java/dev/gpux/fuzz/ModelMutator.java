package dev.gpux.fuzz;

import dev.gpux.fuzz.OnnxMessage.Field;
import dev.gpux.fuzz.OnnxMessage.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages models: their bytes, their fields, and what the fields mean. One seed always gives one damage. */
final class ModelMutator {
    private static final long[] NUMBERS = {0, 1, 2, 3, -1, -2, 7, 127, 255, 1 << 16, Integer.MAX_VALUE,
        1L << 31, 1L << 32, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE / 4 + 1};
    private static final String[] PATHS = {"/etc/passwd", "../../../../etc/passwd", "..", ".", "", "a/../../x",
        "/dev/zero", "/proc/self/mem", "model.onnx", "C:\\x", "*/_ORT_MEM_ADDR_/*", "\0", "x".repeat(5000)};
    private static final float[] FLOATS = {0, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, 1e-45f};
    private static final int DEEP = 40;
    /** Bytes of a model that is not put into itself more than once. */
    private static final int LARGE = 1 << 20;
    /** More than there are element types. */
    private static final int MOST_TYPES = 28;

    private final Random random;
    private final OnnxMessage model;
    private final List<OnnxMessage> all;
    private final List<String> operators;
    private final int deepest;

    /** What is done to a model. */
    enum Damage {
        BITS, TRUNCATED, MOVED, FIELD, FIELDS, DIMENSION, ATTRIBUTE, OPERATOR, NAME, EXTERNAL, RECURSION
    }

    private ModelMutator(byte[] seed, List<String> operators, Random random) {
        this.random = random;
        this.model = OnnxMessage.model(seed);
        this.all = model.all();
        this.operators = operators;
        this.deepest = seed.length > LARGE ? 1 : DEEP;
    }

    /** A damaged copy. */
    static byte[] damaged(byte[] seed, Damage damage, List<String> operators, Random random) {
        return switch (damage) {
            case BITS -> bits(seed, random);
            case TRUNCATED -> Arrays.copyOf(seed, random.nextInt(seed.length));
            case MOVED -> moved(seed, random);
            default -> {
                var mutator = new ModelMutator(seed, operators, random);
                mutator.damage(damage);
                yield mutator.model.toBytes();
            }
        };
    }

    /** The operators that a model uses. */
    static List<String> operators(byte[] seed) {
        return OnnxMessage.model(seed).all().stream().filter(message -> message.kind == Kind.NODE)
            .flatMap(node -> node.fields.stream()).filter(field -> field.number == 4)
            .map(field -> new String((byte[]) field.value, StandardCharsets.UTF_8)).distinct().toList();
    }

    private static byte[] bits(byte[] seed, Random random) {
        var bytes = seed.clone();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static byte[] moved(byte[] seed, Random random) {
        var bytes = seed.clone();
        int length = 1 + random.nextInt(Math.min(64, bytes.length));
        System.arraycopy(seed, random.nextInt(bytes.length - length + 1), bytes,
            random.nextInt(bytes.length - length + 1), length);
        return bytes;
    }

    private void damage(Damage damage) {
        switch (damage) {
            case FIELD -> field();
            case FIELDS -> {
                for (int i = 0; i < 4; i++) {
                    field();
                }
            }
            case DIMENSION -> dimension();
            case ATTRIBUTE -> attribute();
            case OPERATOR -> set(any(Kind.NODE), 4, operators.get(random.nextInt(operators.size()))
                .getBytes(StandardCharsets.UTF_8));
            case NAME -> name();
            case EXTERNAL -> external();
            case RECURSION -> recursion();
            default -> throw new AssertionError(damage);
        }
    }

    private OnnxMessage any(Kind... kinds) {
        var found = all.stream().filter(message -> List.of(kinds).contains(message.kind)).toList();
        return found.isEmpty() ? model : found.get(random.nextInt(found.size()));
    }

    private static void set(OnnxMessage message, int number, Object value) {
        for (var field : message.fields) {
            if (field.number == number) {
                field.value = value;
                return;
            }
        }
        message.fields.add(new Field(number, value));
    }

    private long number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    /** Changes, removes, doubles or replaces one field of any message. */
    private void field() {
        var message = all.get(random.nextInt(all.size()));
        if (message.fields.isEmpty()) {
            message.fields.add(new Field(1 + random.nextInt(20), number()));
            return;
        }
        var fields = message.fields;
        int at = random.nextInt(fields.size());
        switch (random.nextInt(5)) {
            case 0 -> fields.remove(at);
            case 1 -> fields.add(new Field(fields.get(at).number, fields.get(at).value));
            case 2 -> fields.set(at, new Field(1 + random.nextInt(25), fields.get(at).value));
            case 3 -> {
                var other = all.get(random.nextInt(all.size()));
                if (!other.fields.isEmpty()) {
                    fields.set(at, new Field(fields.get(at).number,
                        copy(other.fields.get(random.nextInt(other.fields.size())).value)));
                }
            }
            default -> change(fields.get(at));
        }
    }

    private static Object copy(Object value) {
        return value instanceof OnnxMessage message ? message.copy() : value;
    }

    private void change(Field field) {
        field.value = switch (field.value) {
            case Long number -> random.nextBoolean() ? (Object) number() : (Object) (number + random.nextInt(3) - 1);
            case Float _ -> FLOATS[random.nextInt(FLOATS.length)];
            case byte[] bytes when bytes.length > 0 -> switch (random.nextInt(4)) {
                case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
                case 2 -> new byte[0];
                default -> bits(bytes, random);
            };
            case Object other -> other;
        };
    }

    private void dimension() {
        var message = any(Kind.DIM, Kind.TENSOR, Kind.TENSOR_TYPE);
        if (message.kind == Kind.DIM) {
            message.fields.clear();
            message.fields.add(new Field(1, number()));
        } else if (message.kind == Kind.TENSOR && random.nextInt(3) > 0) {
            message.fields.add(random.nextInt(message.fields.size() + 1), new Field(1, number()));
        } else {
            set(message, message.kind == Kind.TENSOR ? 2 : 1, random.nextBoolean() ? number()
                : Long.valueOf(random.nextInt(MOST_TYPES)));
        }
    }

    private void attribute() {
        var message = any(Kind.ATTRIBUTE);
        if (message.kind != Kind.ATTRIBUTE) {
            field();
            return;
        }
        boolean changed = false;
        for (var field : List.copyOf(message.fields)) {
            if (field.number != 20 && field.value instanceof Long && random.nextBoolean()) {
                field.value = number();
                changed = true;
            } else if (field.value instanceof Float) {
                change(field);
                changed = true;
            } else if (field.number == 8 && field.value instanceof byte[]) {
                // Packed numbers give way to single ones.
                message.fields.remove(field);
                for (int i = random.nextInt(6); i > 0; i--) {
                    message.fields.add(new Field(8, number()));
                }
                return;
            }
        }
        if (!changed) {
            message.fields.add(new Field(8, number()));
        }
    }

    /** Exchanges the names of two values, or gives one another's. */
    private void name() {
        var named = new ArrayList<Field>();
        for (var message : all) {
            for (var field : message.fields) {
                boolean isName = switch (message.kind) {
                    case NODE -> field.number <= 4;
                    case VALUE, ATTRIBUTE, FUNCTION -> field.number == 1;
                    case TENSOR -> field.number == 8;
                    default -> false;
                };
                if (isName && field.value instanceof byte[]) {
                    named.add(field);
                }
            }
        }
        if (named.size() > 1) {
            var one = named.get(random.nextInt(named.size()));
            var other = named.get(random.nextInt(named.size()));
            var value = one.value;
            one.value = other.value;
            if (random.nextBoolean()) {
                other.value = value;
            }
        }
    }

    private void external() {
        var tensor = any(Kind.TENSOR);
        if (tensor.kind != Kind.TENSOR) {
            tensor = new OnnxMessage(Kind.TENSOR);
            tensor.fields.add(new Field(1, 4L));
            tensor.fields.add(new Field(2, 1L));
            tensor.fields.add(new Field(8, "extra".getBytes(StandardCharsets.UTF_8)));
            any(Kind.GRAPH).fields.add(new Field(5, tensor));
        }
        tensor.fields.removeIf(field -> field.number == 9 || field.number >= 4 && field.number <= 7);
        tensor.fields.add(new Field(14, 1L));
        pair(tensor, "location", PATHS[random.nextInt(PATHS.length)]);
        if (random.nextBoolean()) {
            pair(tensor, "offset", String.valueOf(number()));
        }
        if (random.nextBoolean()) {
            pair(tensor, "length", String.valueOf(number()));
        }
    }

    private static void pair(OnnxMessage tensor, String key, String value) {
        var pair = new OnnxMessage(Kind.PAIR);
        pair.fields.add(new Field(1, key.getBytes(StandardCharsets.UTF_8)));
        pair.fields.add(new Field(2, value.getBytes(StandardCharsets.UTF_8)));
        tensor.fields.add(new Field(13, pair));
    }

    /** Graphs in themselves, and functions that call themselves or each other. */
    private void recursion() {
        var graph = any(Kind.GRAPH);
        if (graph.kind != Kind.GRAPH) {
            return;
        }
        if (random.nextBoolean()) {
            var inner = graph.copy();
            int depth = Math.min(deepest, random.nextInt(4) == 0 ? DEEP : 1 + random.nextInt(3));
            for (int i = 0; i < depth && inner.all().size() < 20_000; i++) {
                var outer = depth > 3 ? new OnnxMessage(Kind.GRAPH) : graph.copy();
                outer.fields.add(new Field(1, holder(inner)));
                inner = outer;
            }
            graph.fields.add(new Field(1, holder(inner)));
            return;
        }
        var function = new OnnxMessage(Kind.FUNCTION);
        function.fields.add(new Field(1, "F".getBytes(StandardCharsets.UTF_8)));
        function.fields.add(new Field(10, "f".getBytes(StandardCharsets.UTF_8)));
        function.fields.add(new Field(4, "a".getBytes(StandardCharsets.UTF_8)));
        function.fields.add(new Field(5, "b".getBytes(StandardCharsets.UTF_8)));
        var opset = new OnnxMessage(Kind.OPSET);
        opset.fields.add(new Field(1, "f".getBytes(StandardCharsets.UTF_8)));
        opset.fields.add(new Field(2, 1L));
        function.fields.add(new Field(9, opset));
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            function.fields.add(new Field(7, call("a", "b")));
        }
        model.fields.add(new Field(25, function));
        model.fields.add(new Field(8, opset.copy()));
        graph.fields.add(new Field(1, call("", "recursive")));
    }

    private static OnnxMessage call(String input, String output) {
        var node = new OnnxMessage(Kind.NODE);
        node.fields.add(new Field(1, input.getBytes(StandardCharsets.UTF_8)));
        node.fields.add(new Field(2, output.getBytes(StandardCharsets.UTF_8)));
        node.fields.add(new Field(4, "F".getBytes(StandardCharsets.UTF_8)));
        node.fields.add(new Field(7, "f".getBytes(StandardCharsets.UTF_8)));
        return node;
    }

    /** A node with a graph in it, an If or a Loop. */
    private OnnxMessage holder(OnnxMessage graph) {
        boolean isLoop = random.nextBoolean();
        var node = new OnnxMessage(Kind.NODE);
        if (!isLoop) {
            node.fields.add(new Field(1, "condition".getBytes(StandardCharsets.UTF_8)));
        }
        node.fields.add(new Field(2, ("made" + random.nextInt()).getBytes(StandardCharsets.UTF_8)));
        node.fields.add(new Field(4, (isLoop ? "Loop" : "If").getBytes(StandardCharsets.UTF_8)));
        for (var name : isLoop ? List.of("body") : List.of("then_branch", "else_branch")) {
            var attribute = new OnnxMessage(Kind.ATTRIBUTE);
            attribute.fields.add(new Field(1, name.getBytes(StandardCharsets.UTF_8)));
            attribute.fields.add(new Field(6, name.startsWith("e") ? new OnnxMessage(Kind.GRAPH) : graph));
            attribute.fields.add(new Field(20, 5L));
            node.fields.add(new Field(5, attribute));
        }
        return node;
    }
}

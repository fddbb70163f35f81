package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped JSON Schema and the parser accept the same files. */
class SchemaTest {
    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
        .getSchema(SchemaTest.class.getResourceAsStream("gpuxfile.schema.json"));

    static Stream<Map.Entry<String, String>> good() {
        return Corpus.good().entrySet().stream();
    }

    static Stream<Corpus.Bad> bad() {
        return Corpus.bad().stream().filter(Corpus.Bad::inSchema);
    }

    @ParameterizedTest
    @MethodSource("good")
    void acceptsWhatTheParserAccepts(Map.Entry<String, String> good) {
        Gpuxfile.parse(good.getValue(), Corpus.FILE, Corpus.ENVIRONMENT);
        assertEquals(List.of(), complaints(good.getValue(), NO_EXPANSION), "as an editor sees it");
        assertEquals(List.of(), complaints(good.getValue(), Corpus.ENVIRONMENT), "with its variables expanded");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWhatTheParserRefuses(Corpus.Bad bad) {
        assertFalse(complaints(bad.text(), NO_EXPANSION).isEmpty(), bad.text());
    }

    @Test
    void acceptsTheRootExample() throws Exception {
        assertEquals(List.of(), complaints(Files.readString(Path.of("GPUXfile")), NO_EXPANSION));
    }

    /** Compares key by key: a key that no file of the corpus uses could be missing in either. */
    @Test
    void knowsTheKeysOfTheParser() {
        var e = assertThrows(GpuxfileException.class, () -> Gpuxfile.parse("""
            zzzzzzzz: 0
            model: {zzzzzzzz: 0}
            runtime: {zzzzzzzz: 0, threads: {zzzzzzzz: 0}}
            inputs: {a: {zzzzzzzz: 0}}
            serve: {zzzzzzzz: 0, batching: {zzzzzzzz: 0}}
            tests: [{zzzzzzzz: 0}]
            """, Corpus.FILE, Map.of()));
        var root = SCHEMA.getSchemaNode();
        var pointers = List.of("", "/properties/model/anyOf/1", "/properties/runtime",
            "/properties/runtime/properties/threads/anyOf/1", "/definitions/input", "/properties/serve",
            "/properties/serve/properties/batching", "/properties/tests/items");
        var unknown = e.problems().stream().filter(p -> p.message().startsWith("unknown key")).toList();
        assertEquals(pointers.size(), unknown.size());
        for (int i = 0; i < pointers.size(); i++) {
            var hint = unknown.get(i).hint();
            var expected = new TreeSet<>(List.of(hint.substring("expected one of ".length()).split(", ")));
            var actual = new TreeSet<String>();
            root.at(pointers.get(i) + "/properties").fieldNames().forEachRemaining(actual::add);
            assertEquals(expected, actual, pointers.get(i));
        }
        var dtypes = new TreeSet<String>();
        root.at("/definitions/input/properties/dtype/anyOf/0/enum").forEach(node -> dtypes.add(node.asText()));
        assertEquals(new TreeSet<>(InputSpec.DTYPES), dtypes);
    }

    /** Every variable stands for itself, so that the tree is what an editor reads. */
    private static final Map<String, String> NO_EXPANSION = new HashMap<>() {
        @Override
        public boolean containsKey(Object name) {
            return true;
        }

        @Override
        public String getOrDefault(Object name, String orElse) {
            return "${" + name + "}";
        }
    };

    private static List<String> complaints(String text, Map<String, String> environment) {
        var problems = new Problems();
        var clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
        var tree = new TreeReader(new Source("GPUXfile", clean), environment, problems).read(clean);
        problems.throwIfAny();
        return SCHEMA.validate(json(tree.orElseThrow())).stream().map(Object::toString).toList();
    }

    private static JsonNode json(Value value) {
        var nodes = JsonNodeFactory.instance;
        return switch (Fields.typed(value)) {
            case Value.Null _ -> nodes.nullNode();
            case Value.Bool bool -> nodes.booleanNode(bool.value());
            case Value.Whole whole -> nodes.numberNode(whole.value());
            case Value.Real real -> nodes.numberNode(real.value());
            case Value.Text content -> nodes.textNode(content.text());
            case Value.Sequence list -> {
                var array = nodes.arrayNode();
                list.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case Value.Mapping map -> {
                var object = nodes.objectNode();
                map.entries().forEach((key, item) -> object.set(key, json(item)));
                yield object;
            }
        };
    }
}

package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Single components against the reference implementation. */
class ComponentReferenceTest {
    @TestFactory
    Stream<DynamicTest> normalizers() {
        return components("normalizer", (description, text) -> {
            var scratch = new Scratch();
            scratch.raw().set(text);
            return new Normalizers(Normalizer.read(description))
                    .normalize(scratch.raw(), 0, scratch.raw().length(), scratch).toString();
        });
    }

    @TestFactory
    Stream<DynamicTest> preTokenizers() {
        return components("pre_tokenizer", (description, text) -> {
            List<String> pieces = List.of(text);
            for (PreTokenizer step : PreTokenizer.read(description)) {
                pieces = cut(step, pieces);
            }
            return pieces;
        });
    }

    @TestFactory
    Stream<DynamicTest> decoders() {
        return Reference.components().stream()
                .filter(line -> line.containsKey("decoder"))
                .map(line -> DynamicTest.dynamicTest(line.get("decoder").toString(), () -> {
                    List<?> tokens = (List<?>) Reference.componentHeader().get("tokens");
                    List<?> expected = (List<?>) line.get("out");
                    for (int i = 0; i < tokens.size(); i++) {
                        List<String> decoded = ((List<?>) tokens.get(i)).stream().map(String.class::cast).toList();
                        for (Decoder step : Decoder.read(new JsonValue("test", "decoder", line.get("decoder")))) {
                            decoded = step.decode(decoded);
                        }
                        assertEquals(expected.get(i), String.join("", decoded), tokens.get(i).toString());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> smallTokenizers() {
        return Reference.components().stream()
                .filter(line -> line.containsKey("tokenizer"))
                .map(line -> DynamicTest.dynamicTest(name((Map<?, ?>) line.get("tokenizer")), () -> {
                    var file = new ByteArrayInputStream(Reference.json(line.get("tokenizer")));
                    Tokenizer tokenizer = Tokenizer.read(file, "test");
                    List<?> texts = (List<?>) Reference.componentHeader().get("smallTexts");
                    List<?> expected = (List<?>) line.get("out");
                    var tokens = new TokenBuffer();
                    for (int i = 0; i < texts.size(); i++) {
                        tokenizer.encode((String) texts.get(i), tokens);
                        assertEquals(expected.get(i), Arrays.stream(tokens.ids(i)).mapToObj(id -> (long) id).toList(),
                                (String) texts.get(i));
                    }
                }));
    }

    /** What a component makes of a text. */
    private interface Component {
        Object apply(JsonValue description, String text);
    }

    private static Stream<DynamicTest> components(String kind, Component component) {
        List<String> all = Reference.texts();
        List<String> texts = ((List<?>) Reference.componentHeader().get("texts")).stream()
                .map(number -> all.get(((Number) number).intValue()))
                .toList();
        return Reference.components().stream()
                .filter(line -> line.containsKey(kind))
                .map(line -> DynamicTest.dynamicTest(name((Map<?, ?>) line.get(kind)), () -> {
                    var description = new JsonValue("test", kind, line.get(kind));
                    List<?> expected = (List<?>) line.get("out");
                    assertEquals(texts.size(), expected.size());
                    for (int i = 0; i < texts.size(); i++) {
                        assertEquals(expected.get(i), component.apply(description, texts.get(i)), texts.get(i));
                    }
                }));
    }

    private static String name(Map<?, ?> description) {
        String name = description.toString();
        return name.length() > 150 ? name.substring(0, 150) : name;
    }

    private static List<String> cut(PreTokenizer step, List<String> texts) {
        var cut = new ArrayList<String>();
        for (int i = 0; i < texts.size(); i++) {
            char[] chars = texts.get(i).toCharArray();
            var pieces = new Pieces();
            step.cut(chars, 0, chars.length, i == 0, pieces);
            for (int piece = 0; piece < pieces.count(); piece++) {
                int start = pieces.start(piece);
                cut.add(new String(pieces.text().array(), start, pieces.end(piece) - start));
            }
        }
        return cut;
    }
}

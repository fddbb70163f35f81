package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is in a tokenizer file, the outcome is a tokenizer or a TokenizerException that says what and where. */
class TokenizerFileTest {
    private static final String MODEL = """
            {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "##b": 2}}""";

    private static final List<String> TEXTS =
            List.of("hello [L] w\u00F6rld \uFF21\u2460 <0x0A>", "", "\uD800", "a\u0301\u0000 \uD83D\uDE00");

    private static Tokenizer read(String json) {
        return Tokenizer.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "t.json");
    }

    private static String message(String json) {
        return assertThrows(TokenizerException.class, () -> read(json)).getMessage();
    }

    @Test
    void theLeastFileIsEnough() {
        var tokens = new TokenBuffer();
        Tokenizer tokenizer = read("{\"model\": " + MODEL + "}");
        tokenizer.encode("ab", tokens);
        assertArrayEquals(new int[] {1, 2}, tokens.ids(0));
        assertEquals(Padding.longest(0), tokenizer.padding());
        assertTrue(tokenizer.truncation().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "normalizer": {"type": "Foo"}                           | normalizer.type names the normalizer "Foo"
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "X"}]} | normalizer.normalizers[1].type
            "normalizer": {"type": "Strip"}                         | normalizer has no "strip_left"
            "normalizer": "NFC"                                     | normalizer is "NFC", expected an object
            "normalizer": {"type": "Precompiled", "precompiled_charsmap": "!"}    | is not Base64
            "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"} | is not a compiled character map
            "normalizer": {"type": "Precompiled", "precompiled_charsmap": "////fwAA"} | is not a compiled character map
            "pre_tokenizer": {"type": "UnicodeScripts"} | the pre-tokenizer "UnicodeScripts", which is not
            "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated"} | pattern.Regex is
            "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\\\h"}, "behavior": "Isolated"} | more than is
            "pre_tokenizer": {"type": "Split", "pattern": {"String": "a"}, "behavior": "Lost"} | expected Removed
            "pre_tokenizer": {"type": "Metaspace", "replacement": "ab"} | expected one character
            "pre_tokenizer": {"type": "FixedLength", "length": 0}   | expected 1 or more
            "post_processor": {"type": "Baz"}                       | post_processor.type names the post-processor "Baz"
            "post_processor": {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}} | sequence A
            "post_processor": {"type": "BertProcessing", "sep": ["x"], "cls": ["y", 1]} | expected a token and its id
            "decoder": {"type": "Qux"}                              | decoder.type names the decoder "Qux"
            "truncation": {"max_length": -1, "strategy": "LongestFirst"} | truncation.max_length is -1
            "truncation": {"max_length": 1, "strategy": "Random"}   | expected LongestFirst
            "padding": {"strategy": {"Fixed": 1.5}}                 | padding.strategy.Fixed is 1.5
            "padding": {"strategy": "BatchLongest", "direction": "Up"} | padding.direction is "Up"
            "added_tokens": {}                                      | added_tokens is an object, expected a list
            "added_tokens": [{"content": "x"}]                      | added_tokens[0] has no "id"
            "version": "2.0"                                        | version is "2.0", expected 1.0
            """)
    void aWrongMemberIsNamed(String member, String expected) {
        String message = message("{" + member + ", \"model\": " + MODEL + "}");
        assertTrue(message.startsWith("t.json: ") && message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type": "Neural", "vocab": {"a": 0}}                           | model.type names the model "Neural"
            {"type": "WordPiece", "unk_token": "x", "vocab": {"a": 0}}      | model.unk_token is "x", which is not
            {"type": "WordPiece", "unk_token": "a"}                         | model has no "vocab"
            {"type": "WordPiece", "unk_token": "a", "vocab": {"a": -1}}     | -1 where an id
            {"type": "WordPiece", "unk_token": "a", "vocab": {"a": "b"}}    | an id was expected
            {"type": "WordPiece", "unk_token": "a", "vocab": {"a": 99999999999}} | 99999999999 where an id
            {"type": "WordPiece", "unk_token": "a", "vocab": {"a": 999999999}} | an id of 999999999
            {"type": "WordLevel", "unk_token": "a", "vocab": [["a"]]}       | where a score was expected
            {"type": "BPE", "vocab": {"a": 0}, "merges": ["a a"]}           | merges[0]) with "aa"
            {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}             | expected two parts
            {"type": "BPE", "vocab": {"a": 0}, "merges": [["a"]]}           | the right part of a merge was expected
            {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1} | ids would be random
            {"type": "Unigram", "vocab": [["a", 1]]}                        | model has no "unk_id"
            {"type": "Unigram", "vocab": [["a", 1]], "unk_id": 1}           | model.unk_id is 1, but
            {"type": "Unigram", "vocab": {"a": 1}, "unk_id": 0}             | without scores
            [1]                                                             | model is a list, expected an object
            """)
    void aWrongModelIsNamed(String model, String expected) {
        String message = message("{\"model\": " + model + "}");
        assertTrue(message.startsWith("t.json:") && message.contains(expected), message);
    }

    @Test
    void whatIsNoJsonIsSaidWithLineAndColumn() {
        String notJson = message("{\n  \"model\": x}");
        assertTrue(notJson.startsWith("t.json:2:1") && notJson.contains("not valid JSON"), notJson);
        assertTrue(message("").contains("its end where a JSON object was expected"));
        assertTrue(message("[]").contains("a JSON object was expected"));
        assertTrue(message("{} {}").contains("after the end"));
        assertTrue(message("{\"a\": ".repeat(10_000)).contains("nesting depth"));
        assertTrue(message("{\"a\": " + "[".repeat(10_000)).contains("nesting depth"));
        assertTrue(message("{\"a\": [" + "0,".repeat(2_000_000) + "0]}").contains("more than"));
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none.json");
        assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(missing)).getMessage()
                .contains(missing.toString()));
        assertThrows(TokenizerException.class, () -> Tokenizer.load(folder));
        Path binary = Files.write(folder.resolve("model.onnx"), new byte[] {8, 7, 18, 4});
        assertThrows(TokenizerException.class, () -> Tokenizer.load(binary));
    }

    @Test
    void randomBytesAndDamagedFilesAreTokenizersOrTokenizerExceptions() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (var line : Reference.components()) {
            if (line.containsKey("tokenizer")) {
                files.add(Reference.json(line.get("tokenizer")));
            }
        }
        try (InputStream in = TokenizerFileTest.class.getResourceAsStream("unigram.json")) {
            files.add(in.readAllBytes());
        }
        var random = new Random(1);
        int loaded = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] file = files.get(random.nextInt(files.size()));
            loaded += tryOut(damage(file, random)) ? 1 : 0;
        }
        assertTrue(loaded > 100, "too few damaged files load: the damage is too crude, only " + loaded);
    }

    private static byte[] damage(byte[] file, Random random) {
        if (random.nextInt(8) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file.clone();
        for (int i = random.nextInt(6); i > 0 && damaged.length > 0; i--) {
            int at = random.nextInt(damaged.length);
            byte[] likely = "\"{}[],:09aA-".getBytes(StandardCharsets.US_ASCII);
            damaged[at] = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt();
        }
        return damaged;
    }

    private static boolean tryOut(byte[] file) {
        try {
            Tokenizer tokenizer = Tokenizer.read(new ByteArrayInputStream(file), "damaged");
            var tokens = new TokenBuffer();
            for (String text : TEXTS) {
                tokenizer.encode(text, tokens);
                tokenizer.decode(tokens.ids(tokens.rows() - 1));
            }
            return true;
        } catch (TokenizerException e) {
            assertTrue(e.getMessage().length() > 10, e.getMessage());
            return false;
        }
    }

    @Test
    void anExpressionThatBacktracksWithoutEndIsAnError() {
        Tokenizer tokenizer = read("{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"(a+)+$\"}, "
                + "\"behavior\": \"Isolated\"}, \"model\": " + MODEL + "}");
        var error = assertTimeoutPreemptively(Duration.ofMinutes(1), () -> assertThrows(TokenizerException.class,
                () -> tokenizer.encode("a".repeat(5000) + "b", new TokenBuffer())));
        assertTrue(error.getMessage().contains("regular expression takes too"), error.getMessage());
    }

    @Test
    void anExpressionThatRecursesTooDeeplyIsAnError() {
        Tokenizer tokenizer = read("{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"(?:a|b)*c\"}, "
                + "\"behavior\": \"Isolated\"}, \"model\": " + MODEL + "}");
        assertThrows(TokenizerException.class, () -> tokenizer.encode("ab".repeat(200_000), new TokenBuffer()));
    }

    @Test
    void aMessageIsShortAndHarmlessWhateverTheFileSays() {
        var name = "Neural" + "x".repeat(100_000) + "\\u001b[2J";
        var message = message("{\"model\": {\"type\": \"" + name + "\", \"vocab\": {\"a\": 0}}}");
        assertTrue(message.length() < 1000, message.length() + " characters");
        assertTrue(message.startsWith("t.json: model.type names the model \"Neuralx"), message);
        assertTrue(message.indexOf(0x1B) < 0, message);
    }
}

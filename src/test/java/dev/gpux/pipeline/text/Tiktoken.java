package dev.gpux.pipeline.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a {@code tokenizer.json} of a tiktoken file (lines of a token in Base64 and its rank), so that the tests have
 * byte-level BPE with a real vocabulary. {@code main} writes it to a file, for the reference implementation.
 */
final class Tiktoken {
    /** The two vocabularies that the build fetches. */
    enum Encoding {
        /** GPT-2's. */
        R50K("r50k_base.tiktoken", WordScanner.GPT2, List.of("<|endoftext|>")),
        /** GPT-4's, in which one id before the special tokens is not used. */
        CL100K("cl100k_base.tiktoken", WordScanner.CL100K,
                List.of("<|unused|>", "<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"));

        private final String file;
        private final WordScanner words;
        /** Their ids follow those of the file. */
        private final List<String> special;

        Encoding(String file, WordScanner words, List<String> special) {
            this.file = file;
            this.words = words;
            this.special = special;
        }
    }

    private final Encoding encoding;
    /** Tokens, each byte as the character that stands for it; the index is the rank. */
    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Integer> ranks = new HashMap<>();

    private Tiktoken(Encoding encoding) throws IOException {
        this.encoding = encoding;
        char[] chars = new char[256];
        for (char c = 0; c < 0x200; c++) {
            if (ByteAlphabet.toByte(c) >= 0) {
                chars[ByteAlphabet.toByte(c)] = c;
            }
        }
        for (String line : Files.readAllLines(Reference.model(encoding.file))) {
            var token = new StringBuilder();
            for (byte b : Base64.getDecoder().decode(line.substring(0, line.indexOf(' ')))) {
                token.append(chars[b & 0xFF]);
            }
            ranks.put(token.toString(), tokens.size());
            tokens.add(token.toString());
        }
    }

    /** The file's vocabulary as a tokenizer.json. */
    static byte[] tokenizerJson(Encoding encoding) {
        try {
            return new Tiktoken(encoding).json().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last two parts of a token when everything learnt before it has been merged: what its own merge joins. */
    private List<String> parts(String token) {
        List<String> parts = new ArrayList<>(token.chars().mapToObj(Character::toString).toList());
        int own = ranks.get(token);
        while (parts.size() > 2) {
            int best = -1;
            int lowest = own;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int rank = ranks.getOrDefault(parts.get(i) + parts.get(i + 1), own);
                if (rank < lowest) {
                    lowest = rank;
                    best = i;
                }
            }
            parts.set(best, parts.get(best) + parts.remove(best + 1));
        }
        return parts;
    }

    private String json() throws IOException {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            writeAddedTokens(json);
            json.writeFieldName("pre_tokenizer");
            json.writeRawValue("{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":{\"Regex\":"
                    + quoted(encoding.words.expression()) + "},\"behavior\":\"Isolated\",\"invert\":false},"
                    + byteLevel() + "]}");
            json.writeFieldName("decoder");
            json.writeRawValue(byteLevel());
            writeModel(json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private void writeAddedTokens(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("added_tokens");
        for (int i = 0; i < encoding.special.size(); i++) {
            json.writeRawValue("{\"id\":" + (tokens.size() + i) + ",\"content\":" + quoted(encoding.special.get(i))
                    + ",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,"
                    + "\"special\":true}");
        }
        json.writeEndArray();
    }

    private void writeModel(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "BPE");
        json.writeObjectFieldStart("vocab");
        for (int rank = 0; rank < tokens.size(); rank++) {
            json.writeNumberField(tokens.get(rank), rank);
        }
        json.writeEndObject();
        json.writeArrayFieldStart("merges");
        for (String token : tokens) {
            if (token.length() > 1) {
                json.writeString(String.join(" ", parts(token)));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String byteLevel() {
        return "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\") + "\"";
    }

    /** Writes R50K or CL100K to a file. */
    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[1]), tokenizerJson(Encoding.valueOf(args[0])));
    }
}

package dev.gpux.pipeline.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A step that turns tokens back into text ({@code decoder} of a {@code tokenizer.json}); the last one's are joined. */
sealed interface Decoder {
    /** What {@link #read} knows. */
    String SUPPORTED = "BPEDecoder, ByteFallback, ByteLevel, CTC, Fuse, Metaspace, Replace, Strip, WordPiece, Sequence";

    /** The tokens after this step. */
    List<String> decode(List<String> tokens);

    /** Reads a {@code decoder} object; a sequence becomes several steps. */
    static List<Decoder> read(JsonValue json) {
        return switch (json.type()) {
            case "Sequence" -> json.list("decoders").stream().flatMap(step -> read(step).stream()).toList();
            case "WordPiece" -> List.of(new WordPieces(json.string("prefix", "##"), json.bool("cleanup", true)));
            case "ByteLevel" -> List.of(new Bytes());
            case "ByteFallback" -> List.of(new ByteFallback());
            case "Fuse" -> List.of(new Fuse());
            case "Metaspace" -> List.of(Metaspace.read(json));
            case "BPEDecoder" -> List.of(new EndOfWord(json.string("suffix", "</w>")));
            case "Replace" -> List.of(new Replaced(Replace.read(json)));
            case "Strip" -> List.of(new Strip(PreTokenizer.oneCharacter(json.get("content")).codePointAt(0),
                    json.get("start").asInt(), json.get("stop").asInt()));
            case "CTC" -> List.of(new Ctc(json.string("pad_token", "<pad>"), json.string("word_delimiter_token", "|"),
                    json.bool("cleanup", true)));
            default -> throw json.unsupported("decoder", SUPPORTED);
        };
    }

    /**
     * Words begin with a space unless they continue the one before.
     *
     * @param prefix what a continuing token begins with
     * @param cleanup whether spaces before punctuation and in English contractions go
     */
    record WordPieces(String prefix, boolean cleanup) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var words = new ArrayList<String>(tokens.size());
            for (String token : tokens) {
                String word = words.isEmpty() ? token
                        : token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
                words.add(cleanup ? English.tidy(word) : word);
            }
            return words;
        }
    }

    /** Characters that stand for bytes become the text that those bytes are in UTF-8. */
    record Bytes() implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var bytes = new ByteArrayOutputStream();
            for (String token : tokens) {
                boolean allBytes = token.chars().allMatch(c -> ByteAlphabet.toByte((char) c) >= 0);
                if (allBytes) {
                    token.chars().forEach(c -> bytes.write(ByteAlphabet.toByte((char) c)));
                } else {
                    bytes.writeBytes(token.getBytes(StandardCharsets.UTF_8));
                }
            }
            return List.of(bytes.toString(StandardCharsets.UTF_8));
        }
    }

    /** Runs of tokens like {@code <0xE4>} become the text that those bytes are, or one U+FFFD for each. */
    record ByteFallback() implements Decoder {
        private static final int LENGTH = "<0x00>".length();

        @Override
        public List<String> decode(List<String> tokens) {
            var texts = new ArrayList<String>(tokens.size());
            var bytes = new ByteArrayOutputStream();
            for (String token : tokens) {
                if (isByte(token)) {
                    bytes.write(HexFormat.fromHexDigits(token, 3, 5));
                } else {
                    flush(bytes, texts);
                    texts.add(token);
                }
            }
            flush(bytes, texts);
            return texts;
        }

        private static boolean isByte(String token) {
            return token.length() == LENGTH && token.startsWith("<0x") && token.endsWith(">")
                    && HexFormat.isHexDigit(token.charAt(3)) && HexFormat.isHexDigit(token.charAt(4));
        }

        private static void flush(ByteArrayOutputStream bytes, List<String> texts) {
            if (bytes.size() > 0) {
                try {
                    var utf8 = ByteBuffer.wrap(bytes.toByteArray());
                    texts.add(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
                } catch (CharacterCodingException e) {
                    texts.add("\uFFFD".repeat(bytes.size()));
                }
                bytes.reset();
            }
        }
    }

    /** All tokens become one. */
    record Fuse() implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            return List.of(String.join("", tokens));
        }
    }

    /**
     * Visible spaces become spaces.
     *
     * @param replacement what stands for a space
     * @param prepended whether those of the first token were not in the text
     */
    record Metaspace(String replacement, boolean prepended) implements Decoder {
        static Metaspace read(JsonValue json) {
            String scheme = json.string("prepend_scheme", json.bool("add_prefix_space", true) ? "always" : "never");
            return new Metaspace(json.find("replacement").map(PreTokenizer::oneCharacter).orElse("\u2581"),
                    !scheme.equals("never"));
        }

        @Override
        public List<String> decode(List<String> tokens) {
            var texts = new ArrayList<String>(tokens.size());
            for (String token : tokens) {
                texts.add(token.replace(replacement, prepended && texts.isEmpty() ? "" : " "));
            }
            return texts;
        }
    }

    /**
     * The suffix of a word's last token becomes a space, but not at the end.
     *
     * @param suffix what a word ends with
     */
    record EndOfWord(String suffix) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var texts = new ArrayList<String>(tokens.size());
            for (String token : tokens) {
                texts.add(token.replace(suffix, texts.size() == tokens.size() - 1 ? "" : " "));
            }
            return texts;
        }
    }

    /**
     * Every match of a pattern becomes another text, token by token.
     *
     * @param replace which by which
     */
    record Replaced(Replace replace) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var in = new Text();
            var out = new Text();
            return tokens.stream().map(token -> {
                in.set(token);
                out.clear();
                replace.normalize(in, out);
                return out.toString();
            }).toList();
        }
    }

    /**
     * A character at the ends of tokens goes.
     *
     * @param character which one
     * @param start how many of them at the beginning
     * @param stop how many of them at the end
     */
    record Strip(int character, int start, int stop) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            return tokens.stream().map(this::strip).toList();
        }

        private String strip(String token) {
            int width = Character.charCount(character);
            int from = 0;
            for (int i = 0; i < start && from < token.length() && token.codePointAt(from) == character; i++) {
                from += width;
            }
            int to = token.length();
            for (int i = 0; i < stop && to > from && token.codePointBefore(to) == character; i++) {
                to -= width;
            }
            return token.substring(from, to);
        }
    }

    /**
     * Repeated tokens and padding go, as connectionist temporal classification has it.
     *
     * @param padding the token between tokens
     * @param space the token that is a space
     * @param cleanup whether spaces appear, and those before punctuation and in English contractions go
     */
    record Ctc(String padding, String space, boolean cleanup) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var texts = new ArrayList<String>();
            for (int i = 0; i < tokens.size(); i++) {
                if (i == 0 || !tokens.get(i).equals(tokens.get(i - 1))) {
                    String text = tokens.get(i).replace(padding, "");
                    text = cleanup ? English.tidy(text).replace(space, " ") : text;
                    if (!text.isEmpty()) {
                        texts.add(text);
                    }
                }
            }
            return texts;
        }
    }
}

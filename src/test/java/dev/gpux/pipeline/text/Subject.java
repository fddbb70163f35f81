package dev.gpux.pipeline.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tokenizers that are compared with the reference implementation. */
enum Subject {
    /** WordPiece, of a BERT model. */
    MINILM {
        @Override
        Tokenizer load() {
            return Tokenizer.load(Reference.model("all-minilm-l6-v2-q-tokenizer.json"));
        }
    },
    /** Byte-level BPE with GPT-2's vocabulary and words. */
    R50K {
        @Override
        Tokenizer load() {
            return Tokenizer.read(new ByteArrayInputStream(Tiktoken.tokenizerJson(Tiktoken.Encoding.R50K)), "r50k");
        }
    },
    /** Byte-level BPE with GPT-4's vocabulary and words. */
    CL100K {
        @Override
        Tokenizer load() {
            return Tokenizer.read(new ByteArrayInputStream(Tiktoken.tokenizerJson(Tiktoken.Encoding.CL100K)), "cl100k");
        }
    },
    /** Unigram with a character map, our own. */
    UNIGRAM {
        @Override
        Tokenizer load() {
            try (InputStream in = Subject.class.getResourceAsStream("unigram.json")) {
                return Tokenizer.read(in, "unigram.json");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    abstract Tokenizer load();

    /** Loaded once. */
    Tokenizer tokenizer() {
        return Loaded.TOKENIZERS.computeIfAbsent(this, Subject::load);
    }

    String reference() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static final class Loaded {
        private static final Map<Subject, Tokenizer> TOKENIZERS = new ConcurrentHashMap<>();
    }
}

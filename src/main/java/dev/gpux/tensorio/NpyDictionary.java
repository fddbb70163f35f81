package dev.gpux.tensorio;

import java.util.Arrays;

/** Reads the Python dictionary in a {@code .npy} header: exactly the three keys that the format has. */
final class NpyDictionary {
    /** Longer than any type string. */
    private static final int SHOWN = 40;

    private final String text;
    private int at;

    NpyDictionary(String text) {
        this.text = text;
    }

    /** The values of the three keys. */
    record Fields(String descr, boolean fortran, long[] shape) {
    }

    Fields parse() {
        String descr = null;
        Boolean fortran = null;
        long[] shape = null;
        expect('{');
        while (peek() != '}') {
            var key = string();
            expect(':');
            switch (key) {
                case "descr" -> descr = once(key, descr, type());
                case "fortran_order" -> fortran = once(key, fortran, bool());
                case "shape" -> shape = once(key, shape, tuple());
                default -> throw bad("an unknown key '" + shorten(key) + "'");
            }
            if (peek() != '}') {
                expect(',');
            }
        }
        expect('}');
        if (peek() != 0) {
            throw bad("something after the dictionary");
        }
        if (descr == null || fortran == null || shape == null) {
            throw new TensorFormatException("the .npy header lacks '"
                + (descr == null ? "descr" : fortran == null ? "fortran_order" : "shape") + "'");
        }
        return new Fields(descr, fortran, shape);
    }

    private <T> T once(String key, T before, T now) {
        if (before != null) {
            throw bad("'" + key + "' twice");
        }
        return now;
    }

    private String type() {
        if (peek() == '[' || peek() == '(') {
            throw new TensorFormatException("the array is structured (several named fields per element), which no "
                + "tensor is; save one field alone: numpy.save('x.npy', a['field'])");
        }
        return string();
    }

    private String string() {
        char quote = peek();
        if (quote != '\'' && quote != '"') {
            throw bad("no text in quotes");
        }
        int end = text.indexOf(quote, ++at);
        if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
            throw bad("a text without an end");
        }
        var value = text.substring(at, end);
        at = end + 1;
        return value;
    }

    private boolean bool() {
        peek();
        if (text.startsWith("True", at)) {
            at += 4;
            return true;
        }
        if (text.startsWith("False", at)) {
            at += 5;
            return false;
        }
        throw bad("neither True nor False");
    }

    private long[] tuple() {
        var sizes = new long[NpyHeader.MAX_RANK];
        int rank = 0;
        expect('(');
        while (peek() != ')') {
            if (rank == sizes.length) {
                throw new TensorFormatException("the .npy header has more than " + NpyHeader.MAX_RANK + " dimensions");
            }
            sizes[rank++] = number();
            if (peek() != ')') {
                expect(',');
            }
        }
        expect(')');
        return Arrays.copyOf(sizes, rank);
    }

    private long number() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        // Longer than 18 digits is no size that a file could hold.
        if (at == from || at - from > 18) {
            throw bad("no size of a dimension");
        }
        long value = Long.parseLong(text, from, at, 10);
        if (at < text.length() && text.charAt(at) == 'L') {
            // Python 2 wrote long integers so.
            at++;
        }
        return value;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw bad("no '" + wanted + "'");
        }
        at++;
    }

    /** The next character that is not space; 0 at the end. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private TensorFormatException bad(String what) {
        return new TensorFormatException("the .npy header is malformed: " + what + " at character " + (at + 1)
            + " of \"" + shorten(text.strip()) + "\"");
    }

    private static String shorten(String text) {
        var shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}

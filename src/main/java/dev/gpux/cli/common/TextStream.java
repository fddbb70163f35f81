package dev.gpux.cli.common;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A standard stream of the process, UTF-8. Bytes that are written go through as they are: JSON, archives. Text that is
 * printed may have names in it that a stranger gave to a tensor or a file, so what could move the cursor, hide or
 * colour text, or send commands to the terminal is shown as an escape of Java: {@code \u001B}.
 *
 * <p>A {@link PrintStream} says only that something went wrong; here {@link #problem} says what.
 */
public final class TextStream extends PrintStream {
    private static final int BUFFER = 1 << 16;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final Target target;

    /** Keeps the first exception, which a print stream throws away. */
    private static final class Target extends OutputStream {
        private final OutputStream out;
        private IOException problem;

        Target(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                problem = problem == null ? e : problem;
                throw e;
            }
        }
    }

    private TextStream(Target target, OutputStream buffered, boolean autoFlush) {
        super(buffered, autoFlush, StandardCharsets.UTF_8);
        this.target = target;
    }

    /** Into {@code out}, as each line ends. */
    public static TextStream of(OutputStream out) {
        var target = new Target(out);
        return new TextStream(target, target, true);
    }

    /** The process's standard output, which keeps text until it is flushed. */
    static TextStream ofOutput() {
        var target = new Target(new FileOutputStream(FileDescriptor.out));
        return new TextStream(target, new BufferedOutputStream(target, BUFFER), false);
    }

    /** Why something that was written did not arrive. */
    public Optional<IOException> problem() {
        return Optional.ofNullable(target.problem);
    }

    @Override
    public void print(String text) {
        super.print(visible(text));
    }

    @Override
    public void print(Object object) {
        print(String.valueOf(object));
    }

    /** {@code text} without what a terminal obeys; line breaks, tabs and this program's own styles stay. */
    static String visible(String text) {
        if (text == null || isPlain(text)) {
            return text;
        }
        var visible = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length();) {
            var style = Terminal.styleAt(text, i);
            char c = text.charAt(i);
            if (!style.isEmpty()) {
                visible.append(style);
                i += style.length();
            } else {
                if (isHarmful(c)) {
                    visible.append("\\u").append(HEX.toHexDigits(c));
                } else {
                    visible.append(c);
                }
                i++;
            }
        }
        return visible.toString();
    }

    /**
     * A name or a text as a part of a line of a listing: what would break the line is shown as an escape, too. Made
     * before anything is aligned to its length.
     */
    public static String oneLine(String text) {
        return text.replace("\n", "\\n").replace("\r", "\\r").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isHarmful(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Control characters, and what turns the direction of writing around. */
    private static boolean isHarmful(char c) {
        return c < ' ' && c != '\n' && c != '\t' || c >= 0x7F && c <= 0x9F || c >= 0x202A && c <= 0x202E
            || c >= 0x2066 && c <= 0x2069;
    }
}

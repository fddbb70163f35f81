package dev.gpux.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What strangers call their tensors cannot command the terminal; what programs read stays as it is. */
class TextStreamTest {
    private static final String EVIL = "a\u001b]0;title\u0007\r\u001b[2Kb\u009b31m\u202ec\u2066d\u007f\u0000";
    private static final String SHOWN = "a\\u001B]0;title\\u0007\\u000D\\u001B[2Kb\\u009B31m\\u202Ec\\u2066d\\u007F\\u0000";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TextStream stream = TextStream.of(bytes);

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyWayToPrintShowsThem() {
        stream.print(EVIL);
        stream.println(EVIL);
        stream.printf("%s\n", EVIL);
        stream.append(EVIL).println(new StringBuilder(EVIL));
        new IOException(EVIL).printStackTrace(stream);
        assertTrue(written().startsWith(SHOWN + SHOWN + "\n" + SHOWN + "\n" + SHOWN + SHOWN + "\njava.io.IOException: "
            + SHOWN), this::written);
        assertEquals(-1, written().indexOf('\u001b'));
    }

    @Test
    void whatIsNoCommandStays() {
        stream.print("grün\t日本 😀\n" + null);
        assertEquals("grün\t日本 😀\nnull", written());
    }

    @Test
    void aNameIsPartOfOneLine() {
        assertEquals("a\\nb\\r\\n\\u2028c\\u2029", TextStream.oneLine("a\nb\r\n\u2028c\u2029"));
        assertEquals("grün\t日本 😀", TextStream.oneLine("grün\t日本 😀"));
    }

    @Test
    void bytesAreNoText() {
        stream.writeBytes(EVIL.getBytes(StandardCharsets.UTF_8));
        assertEquals(EVIL, written());
    }

    @Test
    void theProgramsOwnStylesAndItsLineWork() {
        var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), stream, stream, true, true);
        stream.print(terminal.red("x") + terminal.bold("y") + terminal.dim("z"));
        terminal.overwrite("50 %");
        assertEquals("\u001b[31mx\u001b[0m\u001b[1my\u001b[0m\u001b[2mz\u001b[0m\r\u001b[K50 %", written());
    }

    @Test
    void theFirstProblemIsKept() {
        var broken = TextStream.of(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("full of " + (char) b);
            }
        });
        broken.print("a");
        broken.print("b");
        assertEquals("full of a", broken.problem().orElseThrow().getMessage());
        assertTrue(stream.problem().isEmpty());
    }
}

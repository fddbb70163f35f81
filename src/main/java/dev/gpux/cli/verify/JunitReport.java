package dev.gpux.cli.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The results as build servers read them: JUnit's XML. */
final class JunitReport {
    private JunitReport() { }

    static void write(Path file, List<VerifiedCase> cases) {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        long time = cases.stream().mapToLong(VerifiedCase::nanoseconds).sum();
        xml.append(String.format(Locale.ROOT,
            "<testsuite name=\"gpux verify\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"%s\">\n",
            cases.size(), VerifyReport.count(cases, VerifiedCase.Status.FAILED),
            VerifyReport.count(cases, VerifiedCase.Status.SKIPPED), seconds(time)));
        for (var result : cases) {
            int slash = result.name().lastIndexOf('/');
            xml.append(String.format(Locale.ROOT, "  <testcase classname=\"%s\" name=\"%s\" time=\"%s\"",
                escaped(slash < 0 ? "gpux" : result.name().substring(0, slash)),
                escaped(result.name().substring(slash + 1)), seconds(result.nanoseconds())));
            switch (result.status()) {
                case PASSED -> xml.append("/>\n");
                case FAILED -> xml.append("><failure message=\"").append(escaped(result.detail()))
                    .append("\"/></testcase>\n");
                case SKIPPED -> xml.append("><skipped message=\"").append(escaped(result.detail()))
                    .append("\"/></testcase>\n");
            }
        }
        try {
            Files.writeString(file, xml.append("</testsuite>\n"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String seconds(long nanoseconds) {
        return String.format(Locale.ROOT, "%.3f", nanoseconds / 1e9);
    }

    /** As an attribute's value; what XML has no place for becomes U+FFFD. */
    private static String escaped(String text) {
        return text.strip().codePoints().mapToObj(c -> switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&quot;";
            case '\n', '\t', '\r' -> "&#" + c + ";";
            default -> c < ' ' || c == 0xFFFE || c == 0xFFFF || c >= Character.MIN_SURROGATE
                && c <= Character.MAX_SURROGATE ? "\uFFFD" : Character.toString(c);
        }).collect(Collectors.joining());
    }
}

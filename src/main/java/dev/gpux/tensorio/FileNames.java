package dev.gpux.tensorio;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Names of files for names of values, which may be anything ({@code /model/out:0}): what is not a letter, digit,
 * {@code _}, {@code -} or an inner dot becomes {@code %XX}, as in a URL. No two are equal, whatever the file system
 * makes of capitals.
 */
final class FileNames {
    private final Set<String> taken = new HashSet<>();

    String of(String name) {
        var text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
                || b == '_' || b == '-' || b == '.' && !text.isEmpty();
            if (plain) {
                text.append((char) b);
            } else {
                text.append('%').append(String.format(Locale.ROOT, "%02X", b));
            }
        }
        var candidate = text.toString();
        for (int i = 2; !taken.add(candidate.toLowerCase(Locale.ROOT)); i++) {
            candidate = text + "~" + i;
        }
        return candidate;
    }
}

package dev.gpux.server.route;

import dev.gpux.server.http.HttpException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request's path, split and decoded. Nothing of it ever names a file. */
final class Path {
    private static final int MOST_SEGMENTS = 16;

    private Path() { }

    static List<String> segments(String path) {
        var segments = new ArrayList<String>(6);
        int start = 1;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            segments.add(decode(path.substring(start, end)));
            if (segments.size() > MOST_SEGMENTS) {
                throw new HttpException(404, "there is nothing so deep");
            }
            start = end + 1;
        }
        return segments;
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '%') {
                bytes[length++] = (byte) text.charAt(i);
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                throw new HttpException(400, "a % in the path must be followed by two hexadecimal digits");
            }
            bytes[length++] = (byte) (high << 4 | low);
            i += 2;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}

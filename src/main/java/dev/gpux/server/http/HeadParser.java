package dev.gpux.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads a request's head strictly, as RFC 9112 has it: lines end with CR LF, no space stands before a colon, no header
 * goes on in a second line. What other programs between here and the client might read otherwise is refused: that is
 * how requests are smuggled.
 */
final class HeadParser {
    private static final int MOST_HEADERS = 100;
    private static final String TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~";

    private final ByteBuffer bytes;
    private final int end;
    private int at;

    /** Of {@code bytes} from its position to {@code end}, where the empty line has ended. */
    private HeadParser(ByteBuffer bytes, int end) {
        this.bytes = bytes;
        this.at = bytes.position();
        this.end = end;
    }

    /**
     * The index behind the empty line that ends the head, or -1 if it is not there yet.
     *
     * @param from where to begin to look; never before the position
     */
    static int end(ByteBuffer bytes, int from) {
        int limit = bytes.limit();
        for (int i = Math.max(bytes.position(), from) + 3; i < limit; i++) {
            if (bytes.get(i) == '\n' && bytes.get(i - 1) == '\r' && bytes.get(i - 2) == '\n'
                && bytes.get(i - 3) == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /** Parses the head between the position and {@code end}, and moves the position there. */
    static RequestHead parse(ByteBuffer bytes, int end) {
        var head = new HeadParser(bytes, end).head();
        bytes.position(end);
        return head;
    }

    private RequestHead head() {
        var method = token(' ', "the method");
        int target = at;
        while (bytes.get(at) > ' ' && bytes.get(at) < 127) {
            at++;
        }
        if (bytes.get(at) != ' ' || at == target) {
            throw bad("the request line is METHOD TARGET HTTP/1.1, with a target of visible ASCII characters");
        }
        var text = text(target, at);
        at++;
        boolean version11 = version();
        var headers = headers();
        int question = text.indexOf('?');
        var path = question < 0 ? text : text.substring(0, question);
        if (path.startsWith("http://") || path.startsWith("https://")) {
            int slash = path.indexOf('/', path.indexOf("//") + 2);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        if (!path.startsWith("/") && !path.equals("*")) {
            throw bad("the target must be a path that begins with /");
        }
        return new RequestHead(method, path, question < 0 ? "" : text.substring(question + 1), version11, headers);
    }

    private boolean version() {
        int start = at;
        while (bytes.get(at) != '\r') {
            at++;
        }
        var version = text(start, at);
        lineEnd();
        return switch (version) {
            case "HTTP/1.1" -> true;
            case "HTTP/1.0" -> false;
            default -> throw isVersion(version) ? HttpException.fatal(505, "this server speaks HTTP/1.1")
                : bad("the request line must end with HTTP/1.1");
        };
    }

    private static boolean isVersion(String text) {
        return text.length() == 8 && text.startsWith("HTTP/") && Character.isDigit(text.charAt(5))
            && text.charAt(6) == '.' && Character.isDigit(text.charAt(7));
    }

    private Headers headers() {
        var headers = new Headers();
        while (at < end - 2) {
            if (headers.size() == MOST_HEADERS) {
                throw HttpException.fatal(431, "more than " + MOST_HEADERS + " headers");
            }
            var name = token(':', "a header's name");
            while (bytes.get(at) == ' ' || bytes.get(at) == '\t') {
                at++;
            }
            int start = at;
            while (isValue(bytes.get(at))) {
                at++;
            }
            int stop = at;
            while (stop > start && (bytes.get(stop - 1) == ' ' || bytes.get(stop - 1) == '\t')) {
                stop--;
            }
            headers.add(name, text(start, stop));
            lineEnd();
        }
        lineEnd();
        return headers;
    }

    private static boolean isValue(byte c) {
        return c >= ' ' && c != 127 || c == '\t' || c < 0;
    }

    /** Reads up to {@code stop}, which is passed over. */
    private String token(char stop, String what) {
        int start = at;
        while (isToken(bytes.get(at))) {
            at++;
        }
        if (bytes.get(at) != stop || at == start) {
            throw bad(what + " has a character that does not belong there, or is missing");
        }
        return text(start, at++);
    }

    private static boolean isToken(byte c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
            || c > 0 && TOKEN_CHARACTERS.indexOf(c) >= 0;
    }

    /** The head ends with CR LF CR LF, so no loop above runs beyond its end. */
    private void lineEnd() {
        if (bytes.get(at) != '\r' || at + 1 >= end || bytes.get(at + 1) != '\n') {
            throw bad("a line of the head has a control character, or does not end with CR LF");
        }
        at += 2;
    }

    private String text(int from, int to) {
        var text = new byte[to - from];
        bytes.get(from, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static HttpException bad(String message) {
        return HttpException.fatal(400, message);
    }
}
